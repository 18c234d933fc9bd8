import Engine
import Graph
import ModelZoo
import Tensors
import TestSupport
import Testing

/// What a compiled model gives for one picture.
struct ParityAnswer: Sendable {
    /// The forward result, row-major.
    var logits: [Float]
    /// The pooled features before the classifier, row-major.
    var embedding: [Float]

    /// Whether all bits are those of `other`.
    func hasTheBits(of other: ParityAnswer) -> Bool {
        logits.map(\.bitPattern) == other.logits.map(\.bitPattern)
            && embedding.map(\.bitPattern) == other.embedding.map(\.bitPattern)
    }
}

extension CompiledModel {
    /// The answers for the pictures `numbers` of the generator, in one batch; number 0 is the records' picture.
    func answers(pictures numbers: [Int]) -> [ParityAnswer] {
        let count = inputShape.reduce(1, *)
        let all = GeneratedTensor.pictures(
            batch: (numbers.max() ?? 0) + 1,
            channels: inputShape[0],
            height: inputShape[1],
            width: inputShape[2]
        )
        return answers(to: numbers.flatMap { all[$0 * count..<($0 + 1) * count] })
    }

    /// The answers for `pictures`, `[batch, C, H, W]`; what the model does not write is NaN.
    func answers(to pictures: [Float]) -> [ParityAnswer] {
        let batch = pictures.count / inputShape.reduce(1, *)
        let logitCount = (outputShape(.logits) ?? []).reduce(1, *)
        let embeddingCount = (outputShape(.embedding) ?? []).reduce(1, *)
        var logits = [Float](repeating: .nan, count: batch * logitCount)
        var embedding = [Float](repeating: .nan, count: batch * embeddingCount)
        unsafe logits.withUnsafeMutableBufferPointer { logits in
            unsafe embedding.withUnsafeMutableBufferPointer { embedding in
                unsafe pictures.withUnsafeBufferPointer { pictures in
                    guard let input = pictures.baseAddress, let logits = logits.baseAddress,
                        let embedding = embedding.baseAddress
                    else { return }
                    unsafe run(
                        batch: batch,
                        input: input,
                        outputs: [(.logits, logits), (.embedding, embedding)]
                    )
                }
            }
        }
        return (0..<batch).map {
            ParityAnswer(
                logits: Array(logits[$0 * logitCount..<($0 + 1) * logitCount]),
                embedding: Array(embedding[$0 * embeddingCount..<($0 + 1) * embeddingCount])
            )
        }
    }
}

extension ParityRecord {
    /// Checks an answer for the record's picture: the relative L2 error over the stored values against the record's
    /// bound, the norm to 1e-4, and the order of the five largest.
    func check(_ answer: ParityAnswer, _ context: String = "") {
        compare(answer.logits, output, "output", context)
        compare(answer.embedding, embedding, "embedding", context)
        checkOrder(answer.logits, context)
    }

    private func compare(_ values: [Float], _ sample: Sample?, _ name: String, _ context: String) {
        guard let sample else { return }
        let title = "\(self) \(context.isEmpty ? "" : context + " ")\(name)"
        #expect(values.count == sample.shape.reduce(1, *), "\(title)")
        guard values.count == sample.shape.reduce(1, *) else { return }
        var (difference, norm) = (0.0, 0.0)
        for (position, expected) in zip(sample.positions, sample.values) {
            difference +=
                (Double(values[position]) - Double(expected)) * (Double(values[position]) - Double(expected))
            norm += Double(expected) * Double(expected)
        }
        let error = (difference / max(norm, 1e-60)).squareRoot()
        print("parity \(title) error \(error) bound \(bound) share \(error / bound)")
        #expect(error <= bound, "\(title): relative L2 error \(error), bound \(bound)")
        let l2 = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        #expect(abs(l2 - sample.l2) <= 1e-4 * sample.l2, "\(title): L2 norm \(l2), timm's \(sample.l2)")
    }

    /// The five largest stand in timm's order, where two of them do not differ by less than the bound allows.
    private func checkOrder(_ logits: [Float], _ context: String) {
        guard let expected = top5, let output, logits.count >= 5 else { return }
        let order = logits.indices.sorted { logits[$0] > logits[$1] }
        let scale = output.l2 / Double(logits.count).squareRoot()
        for (place, index) in expected.enumerated() where order[place] != index {
            let gap = abs(Double(logits[order[place]]) - Double(logits[index]))
            #expect(
                gap <= 20 * bound * scale,
                "\(self) \(context): place \(place) is \(order[place]), timm's \(index)"
            )
        }
    }
}
