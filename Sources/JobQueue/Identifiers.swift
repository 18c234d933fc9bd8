import Crypto

/// The number of a job: rising, never used twice.
public struct JobID: Sendable, Hashable, Codable, RawRepresentable, CustomStringConvertible {
    /// The number in the table.
    public let rawValue: Int64
    /// Wraps a number.
    public init(rawValue: Int64) { self.rawValue = rawValue }
    /// The number.
    public var description: String { String(rawValue) }
}

/// The number of a chunk.
public struct ChunkID: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    /// The number in the table.
    public let rawValue: Int64
    /// Wraps a number.
    public init(rawValue: Int64) { self.rawValue = rawValue }
    /// The number.
    public var description: String { String(rawValue) }
}

/// The number of a worker process's registration: a restarted process gets a new one.
public struct WorkerID: Sendable, Hashable, Codable, RawRepresentable, CustomStringConvertible {
    /// The number in the table.
    public let rawValue: Int64
    /// Wraps a number.
    public init(rawValue: Int64) { self.rawValue = rawValue }
    /// The number.
    public var description: String { String(rawValue) }
}

/// What decides a compiled model: chunks of one key may share a batch, whatever their job.
public struct ModelKey: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    /// Thirty-two hexadecimal digits in the grouping of a UUID, lower case.
    public let rawValue: String

    /// Wraps the text form; nil unless it is a UUID's.
    public init?(rawValue: String) {
        let groups = rawValue.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.count) == [8, 4, 4, 4, 12], groups.joined().allSatisfy(\.isHexDigit) else {
            return nil
        }
        self.rawValue = rawValue.lowercased()
    }

    /// Hashes all that decides a compiled model: architecture, weights' SHA-256, channels, input size, classes,
    /// precision, in an order that the caller keeps.
    ///
    /// The first 16 bytes of SHA-256 over the parts, each closed by a zero byte.
    public init(hashing parts: [String]) {
        var hash = SHA256()
        for part in parts {
            hash.update(data: Array(part.utf8))
            hash.update(data: [0])
        }
        let digits = hash.finalize().prefix(16).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        rawValue = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }.joined(separator: "-")
    }

    /// The text form.
    public var description: String { rawValue }
}
