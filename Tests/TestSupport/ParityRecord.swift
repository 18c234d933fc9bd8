public import Foundation

/// What timm computes for a model on generated weights: one line of a parity file.
public struct ParityRecord: Decodable, Sendable, CustomStringConvertible {
    /// A tensor's shape, norm and some of its values.
    public struct Sample: Decodable, Sendable {
        /// The full shape, the batch of one picture included.
        public var shape: [Int]
        /// The L2 norm of all values.
        public var l2: Double
        /// The values at ``positions``.
        public var values: [Float]

        /// The flat positions of the values: `int(linspace(0, count - 1, n))`.
        public var positions: [Int] {
            let count = shape.reduce(1, *)
            guard values.count > 1 else { return [0] }
            let step = Double(count - 1) / Double(values.count - 1)
            return values.indices.map { $0 == values.count - 1 ? count - 1 : Int(Double($0) * step) }
        }
    }

    /// timm's name of the architecture.
    public var model: String
    /// timm's family.
    public var family: String
    /// Channels of the picture; 3 where the line says nothing.
    public var inputChannels: Int?
    /// Height and width.
    public var size: [Int]?
    /// Powers of two of the batch norms' running statistics.
    public var exponents: [Int]?
    /// The forward result.
    public var output: Sample?
    /// The pooled features before the classifier.
    public var embedding: Sample?
    /// The five largest of the output, in order.
    public var top5: [Int]?
    /// How far PyTorch's own code paths differ.
    public var noise: Double?
    /// How far the output moves when the picture is negated.
    public var sensitivity: Double?
    /// Why there is no reference.
    public var skipped: String?
    /// Why timm cannot adapt the stem.
    public var refused: String?

    private enum CodingKeys: String, CodingKey {
        case model, family, size, exponents, output, embedding, top5, noise, sensitivity, skipped, refused
        case inputChannels = "in_chans"
    }

    /// The largest relative L2 error that passes: `max(2e-5, min(1e-4, sensitivity / 20), 3 noise)`.
    public var bound: Double { max(2e-5, min(1e-4, (sensitivity ?? 0) / 20), 3 * (noise ?? 0)) }

    /// The model, its channels and the picture's size.
    public var description: String {
        let extent = size.map { " at \($0[0])x\($0[1])" } ?? ""
        return "\(model) in_chans \(inputChannels ?? 3)\(extent)"
    }

    /// All records of the `.jsonl` files in `folder`, in the order of file names and lines.
    public static func read(folder: URL) throws -> [ParityRecord] {
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "jsonl" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        let decoder = JSONDecoder()
        return try files.flatMap { file in
            try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map {
                try decoder.decode(ParityRecord.self, from: $0)
            }
        }
    }
}
