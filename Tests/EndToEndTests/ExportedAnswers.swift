import Foundation
import TestSupport

/// What timm says with the exported models of the fixtures: `Fixtures/exported/expected.json`.
struct ExportedAnswers: Decodable {
    struct Picture: Decodable {
        var seed: Int
        /// The probability of each class.
        var prob: [Double]
    }

    struct Maps: Decodable {
        var resnet: ParityRecord.Sample
        var bands: ParityRecord.Sample
    }

    /// Powers of two of the batch norms' running statistics.
    var exponents: [Int]
    var flowers: [Picture]
    /// Logits by the input's height and width.
    var bands: [String: [Double]]
    var features: Maps

    static func read() throws -> ExportedAnswers {
        let url = Bundle.module.url(forResource: "Fixtures/exported/expected", withExtension: "json")
        guard let url else { throw CocoaError(.fileNoSuchFile) }
        return try JSONDecoder().decode(ExportedAnswers.self, from: Data(contentsOf: url))
    }
}

/// The relative L2 error of `values` against a record's sample.
func relativeError(_ values: [Double], against sample: ParityRecord.Sample) -> Double {
    var difference = 0.0
    var norm = 0.0
    for (position, expected) in zip(sample.positions, sample.values) {
        difference += (values[position] - Double(expected)) * (values[position] - Double(expected))
        norm += Double(expected) * Double(expected)
    }
    return (difference / norm).squareRoot()
}
