import Engine
import ModelZoo
import TestSupport
import Testing

/// Every model of the registry against what timm computes on the same weights.
@Suite(.serialized) struct ParityTests {
    private static let threads = Result { () throws(EngineError) in try ThreadPool() }

    @Test(arguments: try ParityCase.chosen(in: "golden"))
    func theModelComputesWhatTimmComputes(_ parity: ParityCase) throws {
        try check(parity)
    }

    @Test(arguments: try ParityCase.chosen(in: "adapted"))
    func theAdaptedModelComputesWhatTimmComputes(_ parity: ParityCase) throws {
        try check(parity)
    }

    @Test func everyRecordOfARegisteredFamilyNamesARegisteredModel() throws {
        let names = Set(ModelRegistry.architectureNames)
        let families = Set(try names.map { try ModelRegistry.architecture(named: $0).familyName })
        for record in try ParityCase.records(in: "golden") + ParityCase.records(in: "adapted")
        where families.contains(record.family) {
            #expect(names.contains(record.model), "\(record)")
        }
    }

    /// Stems that timm cannot adapt and leaves random: by the network itself or by the loading of its weights.
    @Test func refusesWhatTimmLeavesRandom() throws {
        let refused = try ParityCase.all(in: "adapted").filter { $0.record.refused != nil }
        #expect(refused.count == 7)
        for parity in refused {
            #expect(throws: (any Error).self, "\(parity)") {
                _ = try parity.graph(channels: parity.channels)
                _ = try parity.parameters()
            }
        }
    }

    private func check(_ parity: ParityCase) throws {
        let model = try parity.compile(threads: Self.threads.get())
        let answer = try #require(model.answers(pictures: [0]).first)
        parity.record.check(answer)
    }
}
