import Engine
import Graph
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
        let graph = try parity.graph(channels: parity.channels)
        let model = try CompiledModel(
            graph: graph,
            parameters: parity.parameters(),
            options: CompileOptions(maximumBatch: 1, outputs: [.logits, .embedding]),
            threads: Self.threads.get()
        )
        let shape = model.inputShape
        let pictures = GeneratedTensor.pictures(
            batch: 1,
            channels: shape[0],
            height: shape[1],
            width: shape[2]
        )
        var logits = [Float](repeating: .nan, count: (model.outputShape(.logits) ?? []).reduce(1, *))
        var embedding = [Float](repeating: .nan, count: (model.outputShape(.embedding) ?? []).reduce(1, *))
        unsafe logits.withUnsafeMutableBufferPointer { logits in
            unsafe embedding.withUnsafeMutableBufferPointer { embedding in
                unsafe pictures.withUnsafeBufferPointer { pictures in
                    guard let input = pictures.baseAddress, let logits = logits.baseAddress,
                        let embedding = embedding.baseAddress
                    else { return }
                    unsafe model.run(
                        batch: 1,
                        input: input,
                        outputs: [(.logits, logits), (.embedding, embedding)]
                    )
                }
            }
        }
        compare(logits, parity.record.output, parity, "output")
        compare(embedding, parity.record.embedding, parity, "embedding")
        checkOrder(logits, parity.record)
    }

    /// The relative L2 error over the stored values against the record's bound, and the norm to 1e-4.
    private func compare(
        _ values: [Float],
        _ sample: ParityRecord.Sample?,
        _ parity: ParityCase,
        _ name: String
    ) {
        guard let sample else { return }
        #expect(values.count == sample.shape.reduce(1, *), "\(parity) \(name)")
        guard values.count == sample.shape.reduce(1, *) else { return }
        var (difference, norm) = (0.0, 0.0)
        for (position, expected) in zip(sample.positions, sample.values) {
            difference +=
                (Double(values[position]) - Double(expected)) * (Double(values[position]) - Double(expected))
            norm += Double(expected) * Double(expected)
        }
        let error = (difference / max(norm, 1e-60)).squareRoot()
        let bound = parity.record.bound
        print("parity \(parity) \(name) error \(error) bound \(bound) share \(error / bound)")
        #expect(error <= bound, "\(parity) \(name): relative L2 error \(error), bound \(bound)")
        let l2 = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        #expect(
            abs(l2 - sample.l2) <= 1e-4 * sample.l2,
            "\(parity) \(name): L2 norm \(l2), timm's \(sample.l2)"
        )
    }

    /// The five largest stand in timm's order, where two of them do not differ by less than the bound allows.
    private func checkOrder(_ logits: [Float], _ record: ParityRecord) {
        guard let expected = record.top5, let output = record.output, logits.count >= 5 else { return }
        let order = logits.indices.sorted { logits[$0] > logits[$1] }
        let scale = output.l2 / Double(logits.count).squareRoot()
        for (place, index) in expected.enumerated() where order[place] != index {
            let gap = abs(Double(logits[order[place]]) - Double(logits[index]))
            #expect(
                gap <= 20 * record.bound * scale,
                "\(record): place \(place) is \(order[place]), timm's \(index)"
            )
        }
    }
}
