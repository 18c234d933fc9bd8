import Tensors

/// A place in a file's bytes that only moves forward, and never past the end.
///
/// Every length is compared with what is left before anything is read or allocated.
struct ByteCursor {
    private let storage: TensorStorage
    /// What is being read, as messages call it: "the pickle", "the header".
    let subject: String
    /// The offset in the file of the next byte.
    private(set) var position: Int
    /// The offset in the file at which reading stops.
    let end: Int

    /// Reads `range` of `storage`.
    ///
    /// Precondition: the range lies in the storage.
    init(_ storage: TensorStorage, range: Range<Int>, subject: String) {
        precondition(range.lowerBound >= 0 && range.upperBound <= storage.byteCount, "\(range) of a storage")
        self.storage = storage
        self.subject = subject
        position = range.lowerBound
        end = range.upperBound
    }

    /// The bytes that are left.
    var remaining: Int { end - position }

    /// Advances past `count` bytes and tells where they stand in the file.
    mutating func skip(_ count: Int) throws(CheckpointError) -> Range<Int> {
        guard count >= 0, count <= remaining else {
            throw CheckpointError(
                code: .truncated,
                message:
                    "\(subject) is cut short: \(count) bytes are declared at byte \(position), \(remaining) are left"
            )
        }
        position += count
        return position - count..<position
    }

    /// Advances past a little-endian integer.
    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type
    ) throws(CheckpointError) -> Value {
        let range = try skip(Value.bitWidth / 8)
        return unsafe storage.withUnsafeBytes {
            Value(littleEndian: unsafe $0.loadUnaligned(fromByteOffset: range.lowerBound, as: Value.self))
        }
    }

    /// Advances past one byte.
    mutating func byte() throws(CheckpointError) -> UInt8 { try integer(UInt8.self) }

    /// The next byte, without moving; nil at the end.
    func peek() -> UInt8? {
        guard position < end else { return nil }
        return unsafe storage.withUnsafeBytes { unsafe $0[position] }
    }

    /// Advances past `count` bytes and copies them.
    mutating func bytes(_ count: Int) throws(CheckpointError) -> [UInt8] {
        let range = try skip(count)
        return unsafe storage.withUnsafeBytes { unsafe [UInt8]($0[range]) }
    }

    /// Advances past `count` bytes of UTF-8.
    mutating func text(_ count: Int) throws(CheckpointError) -> String {
        let start = position
        guard let text = String(validating: try bytes(count), as: UTF8.self) else {
            throw CheckpointError(
                code: .malformed,
                message: "\(subject) holds text at byte \(start) that is not UTF-8"
            )
        }
        return text
    }

    /// Advances past a line of at most `limit` bytes and its line feed.
    mutating func line(limit: Int) throws(CheckpointError) -> String {
        let start = position
        let length = unsafe storage.withUnsafeBytes {
            unsafe $0[start..<min(end, start + limit)].firstIndex(of: 0x0A).map { $0 - start }
        }
        guard let length else {
            throw CheckpointError(
                code: remaining <= limit ? .truncated : .malformed,
                message: "\(subject) holds a line at byte \(start) that does not end within \(limit) bytes"
            )
        }
        let line = try text(length)
        _ = try byte()
        return line
    }

    /// Whether the bytes at the present position are `expected`.
    func starts(with expected: [UInt8]) -> Bool {
        guard remaining >= expected.count else { return false }
        return unsafe storage.withUnsafeBytes {
            unsafe $0[position..<position + expected.count].elementsEqual(expected)
        }
    }
}
