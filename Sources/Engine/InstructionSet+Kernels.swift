public import KernelInterface
internal import Kernels
internal import KernelsAVX2
internal import KernelsAVX512
internal import KernelsAVX512BF16

extension InstructionSet {
    /// The kernels that are built for it.
    public var kernels: KernelTable {
        switch self {
        case .baseline: Kernels.kernelTable
        case .avx2: KernelsAVX2.kernelTable
        case .avx512: KernelsAVX512.kernelTable
        case .avx512bf16: KernelsAVX512BF16.kernelTable(over: KernelsAVX512.kernelTable)
        case .zen4: KernelTable(instructionSet: .zen4, over: InstructionSet.avx512bf16.kernels)
        }
    }
}
