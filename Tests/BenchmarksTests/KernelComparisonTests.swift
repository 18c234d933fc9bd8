import Benchmarks
import Engine
import Graph
import KernelInterface
import Testing

struct KernelComparisonTests {
    /// A stem over plain pictures, two equal 3x3 convolutions, a grouped one, a pooled classifier.
    private func report() throws -> CompileReport {
        let builder = GraphBuilder(channels: 3, height: 20, width: 20)
        var value = builder.input
        for (name, groups) in [("stem", 1), ("first", 1), ("second", 1), ("grouped", 4)] {
            value = try builder.scope(name) { () throws(GraphError) in
                try builder.convolution(
                    value,
                    Convolution(outputChannels: 32, kernel: 3, padding: .init(1), groups: groups)
                )
            }
        }
        builder.output(.logits, try builder.linear(try builder.globalAveragePool(value), 10))
        let benchmark = try ModelBenchmark(
            graph: builder.finish(),
            options: CompileOptions(maximumBatch: 2),
            threads: ThreadPool(count: 1)
        )
        return benchmark.model.report
    }

    @Test func equalLayersAreOneShape() throws {
        let report = try report()
        let comparisons = KernelComparison.all(in: [report, report], pictures: 2)
        #expect(
            comparisons.map(\.shape.description) == [
                "2x [3, 20, 20] -> [32, 20, 20] 3x3 plain", "2x [32, 20, 20] -> [32, 20, 20] 3x3",
                "2x [32, 20, 20] -> [32, 20, 20] 3x3 groups 4", "[2, 32] -> [2, 10]",
            ]
        )
        #expect(comparisons.map(\.layerCount) == [2, 4, 2, 2])
    }

    @Test func everyKernelThatAcceptsAShapeIsTimedAndOneIsChosen() throws {
        let report = try report()
        let table = report.instructionSet.kernels
        let measured = KernelComparison.all(in: [report], pictures: 1).map { $0.measure(table, runs: 2) }
        #expect(
            measured.map { $0.map(\.kernel.id) } == [
                [.convolutionPlain],
                [
                    .convolutionWinograd4, .convolutionWinograd4x2, .convolutionWinograd2, .convolutionDense,
                    .convolutionDenseBFloat16,
                ],
                [.convolutionGrouped, .convolutionDense],
                [.linear, .linearFastInnerProduct, .linearBFloat16],
            ]
        )
        for measurements in measured {
            #expect(measurements.filter(\.isChosen).count == 1)
            #expect(measurements.allSatisfy { $0.duration > .zero && $0.operationsPerSecond.isFinite })
        }
    }

    @Test func ratesCountTheOperationsOfThePlainSum() throws {
        let report = try report()
        let comparison = try #require(KernelComparison.all(in: [report], pictures: 3).dropFirst().first)
        let measurement = try #require(comparison.measure(report.instructionSet.kernels, runs: 1).first)
        let operations = 2.0 * 3 * 32 * 20 * 20 * 32 * 9
        let seconds = measurement.duration / .seconds(1)
        #expect(abs(measurement.operationsPerSecond * seconds / operations - 1) < 1e-9)
    }
}

struct PeakRateTests {
    /// A core that multiplies and adds no faster than one lane a nanosecond has not run the loop in its registers.
    @Test(arguments: InstructionSet.allCases.filter(\.isSupported))
    func aCoreDoesMoreThanOneLaneAtATime(instructionSet: InstructionSet) throws {
        #expect(PeakRate.ofOneThread(instructionSet) > 2e9)
        #expect(try PeakRate.ofAllThreads(instructionSet, ThreadPool(count: 2)) > 2e9)
    }
}
