import Engine
import Graph
import KernelInterface
import Testing

/// Models in bfloat16: which steps are rounded, and how far from float32 the outputs are.
struct BFloat16ModelTests {
    private static let instructionSets = InstructionSet.allCases.filter(\.isSupported)

    /// A rounding to bfloat16 changes a number by 2^-9 at most; sums of many average it out, nets of a few layers and
    /// differences of near numbers add up some.
    private static let tolerance = 0x1p-6

    @Test(arguments: NetCase.all, instructionSets)
    func theModelIsNearTheReference(net: NetCase, instructionSet: InstructionSet) throws {
        let run = try net.run()
        let model = try run.compile(
            maximumBatch: 3,
            threads: ThreadPool(count: 2),
            instructionSet: instructionSet,
            precision: .bfloat16
        )
        let expected = try run.reference(batch: 3)
        let isRounded = model.report.steps.contains { $0.kernel.contains(".bf16") }
        let bound = isRounded ? Self.tolerance : 4e-6
        for (name, values) in model.results(batch: 3, pictures: run.pictures(3), names: run.outputs) {
            let error = relativeError(values, expected[name] ?? [])
            #expect(error <= bound, "\(net) \(name.rawValue) on \(instructionSet)")
        }
        #expect(model.report.precision == .bfloat16)
    }

    @Test(arguments: instructionSets)
    func matrixWorkIsRoundedAndTheRestIsNot(instructionSet: InstructionSet) throws {
        let run = try ModelRun(channels: 3, height: 20, width: 20) { b throws(GraphError) in
            func convolution(_ name: String, _ x: Value, _ convolution: Convolution) throws(GraphError)
                -> Value
            {
                try b.scope(name) { () throws(GraphError) in try b.convolution(x, convolution) }
            }
            var x = try convolution("stem", b.input, .init(outputChannels: 32, kernel: 3, padding: .init(1)))
            x = try convolution("pointwise", x, .init(outputChannels: 48, kernel: 1))
            x = try convolution(
                "depthwise",
                x,
                .init(outputChannels: 48, kernel: 3, padding: .init(1), groups: 48)
            )
            x = try convolution(
                "strided",
                x,
                .init(outputChannels: 32, kernel: 3, stride: 2, padding: .init(1))
            )
            x = try b.scope("head") { () throws(GraphError) in try b.linear(try b.globalAveragePool(x), 10) }
            b.output(.logits, x)
        }
        func kernels(_ precision: Precision) throws -> [String] {
            let model = try run.compile(
                maximumBatch: 1,
                threads: ThreadPool(count: 1),
                instructionSet: instructionSet,
                precision: precision
            )
            let names = ["stem", "pointwise", "depthwise", "strided", "head"]
            let sums = model.report.steps.filter { $0.multiplyAccumulates > 0 }
            return names.compactMap { name in sums.first { $0.path.hasPrefix(name) }?.kernel }
        }
        // AVX512-BF16 has nothing to give to float32.
        let (other, pairs) = (min(instructionSet, .avx512), min(instructionSet, .avx512bf16))
        let pointwise = instructionSet == .zen4 ? "convolution.pointwise.fip" : "convolution.pointwise"
        #expect(
            try kernels(.bfloat16) == [
                "convolution.plain.\(other)", "convolution.pointwise.bf16.\(pairs)",
                "convolution.depthwise.\(other)", "convolution.dense.bf16.\(pairs)",
                "linear.\(other)",
            ]
        )
        #expect(
            try kernels(.float32) == [
                "convolution.plain.\(other)", "\(pointwise).\(other)",
                "convolution.depthwise.\(other)", "convolution.dense.\(other)", "linear.\(other)",
            ]
        )
    }

    @Test func roundedWeightsTakeHalfOfTheRoom() throws {
        let run = try ModelRun(channels: 64, height: 8, width: 8) { b throws(GraphError) in
            let x = try b.scope("a") { () throws(GraphError) in
                try b.convolution(b.input, Convolution(outputChannels: 64, kernel: 1))
            }
            let y = try b.scope("b") { () throws(GraphError) in
                try b.convolution(x, Convolution(outputChannels: 64, kernel: 1))
            }
            b.output(.features, y)
        }
        func weightBytes(_ precision: Precision) throws -> [Int] {
            let pool = try ThreadPool(count: 1)
            let model = try run.compile(
                maximumBatch: 1,
                threads: pool,
                instructionSet: .baseline,
                precision: precision
            )
            let steps = model.report.steps
            return steps.filter { $0.operation == "convolution" }.map(\.weightByteCount)
        }
        #expect(try weightBytes(.float32) == [64 * 64 * 4, 64 * 64 * 4])
        #expect(try weightBytes(.bfloat16) == [64 * 64 * 4, 64 * 64 * 2])
    }
}
