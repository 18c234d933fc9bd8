internal import KernelInterface
extension InstructionSet { var kernels: KernelTable { fatalError() } }
