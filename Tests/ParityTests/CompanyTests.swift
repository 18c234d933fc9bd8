import Engine
import Graph
import KernelInterface
import TestSupport
import Testing

/// Whole models on every instruction set, in every company: a picture's bits depend on graph, instruction set and precision
/// alone, and in float32 they are timm's numbers.
///
/// Heavy: only with `APUS_TEST_ALL=1`, about fifteen minutes on two cores. The models are the least of each family at the
/// size of its record and ``named`` ones whose shapes the least do not have. What is left out, for time's sake: models
/// above ``Company/workLimit`` on that instruction set, bfloat16 on others than the best instruction set, and caches other
/// than this machine's, which `CompiledModelTests` varies on small nets.
@Suite(.serialized, .enabled("APUS_TEST_ALL=1 asks for the heavy tests") { ParityCase.checksAll })
struct CompanyTests {
    /// Pools of one to four threads, more than a small machine has processors.
    private static let pools = Result { () throws(EngineError) in
        var pools: [ThreadPool] = []
        for count in 1...4 { pools.append(try ThreadPool(count: count)) }
        return pools
    }

    @Test(arguments: try CompanyTests.models())
    func aPictureGetsItsBitsInAnyCompany(_ parity: ParityCase) throws {
        let parameters = try parity.parameters()
        let work = try parity.multiplyAccumulates()
        for company in Company.all where work <= company.workLimit {
            try check(parity, parameters, company)
        }
    }

    /// All these runs together reach every kernel that there is.
    @Test func theModelsReachEveryKernel() throws {
        let threads = try Self.pools.get()[1]
        var reached: Set<String> = []
        for parity in try Self.models() {
            let parameters = try parity.parameters()
            let work = try parity.multiplyAccumulates()
            for company in Company.all where work <= company.workLimit {
                let model = try parity.compile(
                    parameters: parameters,
                    instructionSet: company.instructionSet,
                    precision: company.precision,
                    threads: threads
                )
                for step in model.report.steps {
                    // "convolution.dense.avx512" without the instruction set.
                    reached.insert(step.kernel.split(separator: ".").dropLast().joined(separator: "."))
                }
            }
        }
        #expect(KernelID.allCases.map(\.rawValue).filter { !reached.contains($0) } == [])
    }

    private func check(_ parity: ParityCase, _ parameters: ParameterStore, _ company: Company) throws {
        let pools = try Self.pools.get()
        let alone = try parity.compile(
            parameters: parameters,
            instructionSet: company.instructionSet,
            precision: company.precision,
            threads: pools[0]
        )
        let first = try #require(alone.answers(pictures: [0]).first)
        if company.precision == .float32 { parity.record.check(first, "on \(company)") }
        var expected: [ParityAnswer]?
        for pool in pools {
            let model = try parity.compile(
                maximumBatch: Company.pictures,
                parameters: parameters,
                instructionSet: company.instructionSet,
                precision: company.precision,
                threads: pool
            )
            for numbers in Company.batches(threads: pool.count) {
                let answers = model.answers(pictures: numbers)
                let right = expected ?? answers
                // The first batch holds the pictures in order.
                expected = right
                for (place, number) in numbers.enumerated() {
                    #expect(
                        answers[place].hasTheBits(of: number == 0 ? first : right[number]),
                        "\(parity) on \(company): picture \(number) in place \(place) of \(numbers.count), \(pool.count) threads"
                    )
                }
            }
        }
        // Were all pictures' answers alike, equal bits would say nothing.
        #expect(expected.map { !$0[1].hasTheBits(of: $0[2]) } ?? false, "\(parity)")
    }

    /// Models whose shapes the least of their families do not have: Winograd tiles of several sizes, wide attention.
    private static let named: Set<String> = [
        "resnet18", "resnet34", "resnet50", "cspdarknet53", "efficientnet_b0", "tf_efficientnet_lite0",
        "mobilenetv3_large_100", "densenet121", "regnety_016", "inception_v3", "convnext_tiny",
        "swin_tiny_patch4_window7_224", "vit_base_patch16_224",
    ]

    private static func models() throws -> [ParityCase] {
        guard ParityCase.checksAll else { return [] }
        let cases = try ParityCase.chosen(in: "golden")
        let least = ParityCase.leastOfEachFamily(cases, work: try cases.map { try $0.multiplyAccumulates() })
        return cases.filter { least.union(named).contains($0.record.model) }
    }
}

/// The kernels and the precision of a model's runs, and who stands beside whom in them.
struct Company: Sendable, CustomStringConvertible {
    let instructionSet: InstructionSet
    let precision: Precision
    /// Multiply-accumulates of a picture, up to which a model runs so: a case is some ninety pictures.
    let workLimit: Int

    var description: String { "\(instructionSet) in \(precision.shortName)" }

    /// Those of this machine.
    static let all: [Company] = [
        Company(instructionSet: .baseline, precision: .float32, workLimit: 600_000_000),
        Company(instructionSet: .avx2, precision: .float32, workLimit: 2_500_000_000),
        Company(instructionSet: .avx512, precision: .float32, workLimit: 20_000_000_000),
        Company(instructionSet: .zen4, precision: .float32, workLimit: 20_000_000_000),
        Company(instructionSet: .best, precision: .bfloat16, workLimit: 5_000_000_000),
    ].filter(\.instructionSet.isSupported)

    /// Pictures of the largest batch.
    static let pictures = 16

    /// The batches of a model on so many threads, each by the numbers of its pictures: all of them, then three and one,
    /// twice, so that a run follows one of another batch.
    ///
    /// On other threads a picture stands in another place.
    static func batches(threads: Int) -> [[Int]] {
        let turned = (0..<pictures).map { ($0 + 5 * (threads - 1)) % pictures }
        let three = [(threads + 11) % pictures, 0, 3 * threads]
        return [turned, three, [0], three, [4 * threads - 1]]
    }
}
