import Engine
import Graph
import KernelInterface
import Testing

/// Compiled models against the reference interpreter, on each instruction set of this machine.
struct CompiledModelTests {
    private static let instructionSets = InstructionSet.allCases.filter(\.isSupported)

    /// Against the reference's sums in double precision: a few roundings of float32 in nets of a few layers.
    private static let tolerance = 4e-6

    @Test(arguments: NetCase.all, instructionSets)
    func theModelComputesWhatTheReferenceComputes(net: NetCase, instructionSet: InstructionSet) throws {
        let run = try net.run()
        let model = try run.compile(
            maximumBatch: 3,
            threads: ThreadPool(count: 2),
            instructionSet: instructionSet
        )
        let expected = try run.reference(batch: 3)
        let results = model.results(batch: 3, pictures: run.pictures(3), names: run.outputs)
        for (name, values) in results {
            let error = relativeError(values, expected[name] ?? [])
            #expect(error <= Self.tolerance, "\(net) \(name.rawValue) on \(instructionSet)")
        }
        #expect(model.report.instructionSet == instructionSet)
    }

    /// The ways to compute that have kernels of their own: AVX512-BF16 has none in float32.
    private static let arithmetics: [(InstructionSet, Precision)] =
        instructionSets.filter { $0 <= .avx512 }.map { ($0, .float32) }
        + instructionSets.map { ($0, .bfloat16) }

    @Test(arguments: NetCase.all, arithmetics)
    func aPictureGetsTheSameBitsInAnyCompany(
        net: NetCase,
        arithmetic: (InstructionSet, Precision)
    ) throws {
        let (instructionSet, precision) = arithmetic
        let run = try net.run()
        let batch = 16
        let pictures = run.pictures(batch)
        let perPicture = pictures.count / batch
        let alone = try run.compile(
            maximumBatch: 1,
            threads: ThreadPool(count: 1),
            instructionSet: instructionSet,
            precision: precision
        )
        let expected = (0..<batch).map { index in
            let picture = Array(pictures[index * perPicture..<(index + 1) * perPicture])
            return alone.results(batch: 1, pictures: picture, names: run.outputs)[.features] ?? []
        }
        // Caches of these sizes cut the batch into passes of one picture, of some, and of all.
        for (threads, level2) in [(1, 1 << 10), (2, 1 << 14), (3, 1 << 17), (4, 1 << 24)] {
            let model = try run.compile(
                maximumBatch: batch,
                threads: ThreadPool(count: threads),
                instructionSet: instructionSet,
                precision: precision,
                caches: CacheSizes(level2: level2, level3: level2 * 4)
            )
            for count in [batch, 1, 3, 13] {
                let values = model.results(
                    batch: count,
                    pictures: Array(pictures[..<(count * perPicture)]),
                    names: run.outputs
                )
                let same = values[.features]?.map(\.bitPattern)
                #expect(
                    same == expected[..<count].flatMap { $0 }.map(\.bitPattern),
                    "\(net), \(instructionSet), \(precision), \(count) pictures, \(threads) threads, level 2 of \(level2) bytes"
                )
            }
        }
    }

    @Test func aTimedRunGivesTheSameAndATimeForEachStep() throws {
        let run = try NetCase.nets[0].run()
        let model = try run.compile(maximumBatch: 4, threads: ThreadPool(count: 2))
        let expected = model.results(batch: 4, pictures: run.pictures(4), names: [.features])[.features] ?? []
        var values = [Float](repeating: 0, count: expected.count)
        var times: [Duration] = []
        unsafe run.pictures(4).withUnsafeBufferPointer { pictures in
            unsafe values.withUnsafeMutableBufferPointer { values in
                guard let input = pictures.baseAddress, let output = values.baseAddress else { return }
                times = unsafe model.runTimed(batch: 4, input: input, outputs: [(.features, output)])
            }
        }
        #expect(values == expected)
        #expect(times.count == model.report.steps.count)
        #expect(times.allSatisfy { $0 > .zero })
    }

    @Test func whatIsNotFiniteIsFound() {
        var values = [Float](repeating: 1, count: 1000)
        #expect(unsafe values.withUnsafeBufferPointer { unsafe CompiledModel.areFinite($0) })
        for broken in [Float.nan, .infinity, -.infinity] {
            values[517] = broken
            #expect(unsafe values.withUnsafeBufferPointer { unsafe !CompiledModel.areFinite($0) })
        }
    }
}
