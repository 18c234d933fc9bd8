import Foundation
import Testing

/// Fixtures as lines of JSON.
enum Fixture {
    /// The lines of `name` as values.
    static func lines<Line: Decodable>(_ name: String, as type: Line.Type = Line.self) throws -> [Line] {
        let url = try #require(
            Bundle.module.url(forResource: name, withExtension: "jsonl", subdirectory: "Fixtures")
        )
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map {
            try decoder.decode(Line.self, from: Data($0.utf8))
        }
    }
}

/// A line of manifests.jsonl.
struct Manifest: Decodable {
    var model: String
    var family: String
    var parameters: Int?
    var tensors: Int?
    var manifestSha256: String?
}
