import Engine
import Graph
import KernelInterface
import TestSupport
import Testing

/// Convolution nets at sizes that no stride and no tile divides, 225x225 and 7x513, against what timm computes.
///
/// On 7 rows most of a net's maps are one row high; 225 gives odd maps all the way down. A usual run takes the nets of
/// few multiply-accumulates, with `APUS_TEST_ALL=1` all are taken, each on every instruction set.
@Suite(.serialized) struct OddSizeTests {
    private static let threads = Result { () throws(EngineError) in try ThreadPool() }
    private static let instructionSets: [InstructionSet] = [.baseline, .avx2, .avx512, .zen4]
        .filter(\.isSupported)

    /// Multiply-accumulates of a picture, up to which a net belongs to every run.
    private static let smallNet = 1_000_000_000

    @Test(arguments: try OddSizeTests.cases())
    func theModelComputesWhatTimmComputes(_ parity: ParityCase) throws {
        let parameters = try parity.parameters()
        for instructionSet in Self.instructionSets {
            let model = try parity.compile(
                parameters: parameters,
                instructionSet: instructionSet,
                threads: Self.threads.get()
            )
            let answer = try #require(model.answers(pictures: [0]).first)
            parity.record.check(answer, "on \(instructionSet)")
        }
    }

    /// Nets whose maps would vanish or no longer fit to each other: timm fails in the forward pass, we before it.
    @Test func refusesWhatTimmRefuses() throws {
        let refused = try ParityCase.all(in: "sizes").filter { $0.record.skipped != nil }
        #expect(refused.count == 13)
        for parity in refused {
            let error = #expect(throws: GraphError.self, "\(parity)") {
                _ = try parity.graph(channels: parity.channels)
            }
            #expect(error?.code == .shape, "\(parity)")
            // The shapes that do not fit, as in "[N, 64, 57, 57] and [N, 64, 56, 56] do not broadcast".
            let message = error?.message ?? ""
            let says = message.hasSuffix("the input is too small") || message.hasSuffix("do not broadcast")
            #expect(says && message.contains("[N, "), "\(parity): \(message)")
        }
    }

    private static func cases() throws -> [ParityCase] {
        let cases = try ParityCase.all(in: "sizes").filter { $0.record.output != nil }
        guard !ParityCase.checksAll else { return cases }
        return try cases.filter { try $0.multiplyAccumulates() <= smallNet }
    }
}
