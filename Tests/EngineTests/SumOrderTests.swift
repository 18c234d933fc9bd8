import Engine
import Graph
import KernelInterface
import Testing

/// Where roundings grow on the way, matrix work keeps the order of its sums, whatever is faster.
@Suite struct SumOrderTests {
    private static func run(amplifiesRounding: Bool) throws -> ModelRun {
        try ModelRun(channels: 3, height: 16, width: 16) { (b) throws(GraphError) in
            b.amplifiesRounding = amplifiesRounding
            let x = try b.scope("a") { () throws(GraphError) in
                try b.convolution(b.input, Convolution(outputChannels: 64, kernel: 2, stride: 2))
            }
            let y = try b.scope("b") { () throws(GraphError) in
                try b.convolution(x, Convolution(outputChannels: 96, kernel: 1))
            }
            b.output(.features, y)
        }
    }

    @Test(.enabled(if: InstructionSet.zen4.isSupported), arguments: [false, true])
    func theGraphDecides(amplifiesRounding: Bool) throws {
        let model = try Self.run(amplifiesRounding: amplifiesRounding)
            .compile(maximumBatch: 1, threads: ThreadPool(count: 1), instructionSet: .zen4)
        let kernels = model.report.steps.map(\.kernel)
        let fast = KernelID.convolutionFastInnerProduct.rawValue
        #expect(kernels.contains { $0.hasPrefix(fast) } == !amplifiesRounding, "\(kernels)")
        #expect(model.report.instructionSet == (amplifiesRounding ? .avx512bf16 : .zen4))
    }

    @Test func others() {
        for set in InstructionSet.allCases where set != .zen4 { #expect(set.summingInOrder == set) }
    }
}
