import Foundation
import Images
import Tensors

/// Reads this target's fixtures.
enum Fixture {
    /// The bytes of a file below `Fixtures`.
    static func bytes(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: root.appending(path: path)))
    }

    /// The names of the files in a folder below `Fixtures`, sorted.
    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path).sorted()
    }

    /// The floats of a `.npy` file of float32 that NumPy wrote in C order, read without the code under test.
    static func floats(_ path: String) throws -> [Float] {
        let all = try bytes(path)
        let start = 10 + Int(all[8]) + Int(all[9]) << 8
        return stride(from: start, to: all.count, by: 4).map { at in
            Float(
                bitPattern: UInt32(all[at]) | UInt32(all[at + 1]) << 8 | UInt32(all[at + 2]) << 16
                    | UInt32(all[at + 3]) << 24
            )
        }
    }

    /// The elements of a `.npy` file of bytes that NumPy wrote in C order.
    static func samples(_ path: String) throws -> [UInt8] {
        let all = try bytes(path)
        return Array(all[(10 + Int(all[8]) + Int(all[9]) << 8)...])
    }

    /// Reads the records that Python wrote.
    static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }

    private static var root: URL { Bundle.module.bundleURL.appending(path: "Fixtures") }
}

/// A specification without normalisation that squashes a picture to the input's size.
func squashSpec(
    _ channels: Int,
    height: Int,
    width: Int,
    _ interpolation: InputSpec.Interpolation = .bilinear
) -> InputSpec {
    InputSpec(
        channels: channels,
        height: height,
        width: width,
        interpolation: interpolation,
        cropFraction: 1,
        cropMode: .squash,
        mean: [Float](repeating: 0, count: channels),
        standardDeviation: [Float](repeating: 1, count: channels)
    )
}

/// What `preprocessor` makes of `picture`, `[C, H, W]`.
func prepared(_ picture: DecodedPicture, _ preprocessor: Preprocessor) throws -> [Float] {
    let spec = preprocessor.spec
    var slot = [Float](repeating: .nan, count: spec.channels * spec.height * spec.width)
    try unsafe slot.withUnsafeMutableBufferPointer { try unsafe preprocessor.prepare(picture, into: $0) }
    return slot
}

/// `[H, W, C]` as `[C, H, W]`.
func planes<Element>(_ values: [Element], channels: Int) -> [Element] {
    (0..<channels).flatMap { channel in
        stride(from: channel, to: values.count, by: channels).map { values[$0] }
    }
}

/// How many elements differ in their bits, and where the first of them is.
func differences(_ found: [Float], _ expected: [Float]) -> String? {
    guard found.count == expected.count else { return "\(found.count) values, expected \(expected.count)" }
    let wrong = found.indices.filter { found[$0].bitPattern != expected[$0].bitPattern }
    guard let first = wrong.first else { return nil }
    return "\(wrong.count) of \(found.count) differ, the first at \(first): \(found[first]), "
        + "expected \(expected[first])"
}
