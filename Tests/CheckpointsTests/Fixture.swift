import Checkpoints
import Foundation
import Testing

/// A file of the folder Fixtures, and what `make.py` says that it holds.
struct Fixture: Sendable, CustomTestStringConvertible {
    struct Expected: Decodable, Sendable {
        struct Contents: Decodable, Sendable {
            var dtype: String
            var shape: [Int]
            var values: [Float]
        }
        var format: String
        var metadata: [String: String]
        var tensors: [String: Contents]
    }

    var name: String
    var expected: Expected

    var testDescription: String { name }

    static var folder: URL { Bundle.module.bundleURL.appendingPathComponent("Fixtures") }

    /// The files that are to be read.
    static var all: [Fixture] {
        get throws {
            let text = try Data(contentsOf: folder.appendingPathComponent("expected.json"))
            return try JSONDecoder().decode([String: Expected].self, from: text)
                .map { Fixture(name: $0.key, expected: $0.value) }
                .sorted { $0.name < $1.name }
        }
    }

    static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }
}

/// The error of reading `bytes`, or nil where they are read.
func failure(reading bytes: [UInt8]) -> CheckpointError? {
    do {
        _ = try CheckpointReader.read(bytes: bytes)
        return nil
    } catch {
        return error
    }
}
