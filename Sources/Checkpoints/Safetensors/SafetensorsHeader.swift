import Tensors

/// The JSON header of a safetensors file: what tensors there are and where.
///
/// Source: the format's description in the safetensors repository (README, `safetensors/src/tensor.rs`, 0.8.0).
struct SafetensorsHeader {
    /// One tensor of the header.
    struct Entry {
        /// The tensor's name.
        var name: String
        /// Its type.
        var dtype: DType
        /// Its extents.
        var shape: Shape
        /// Its first byte and the byte after its last, counted from the end of the header.
        var offsets: Range<Int>
    }

    /// The tensors in the order of the header.
    private(set) var entries: [Entry] = []
    /// The `__metadata__` of the header.
    private(set) var metadata: [String: String] = [:]

    /// The most bytes of a header that the format allows.
    static let maximumByteCount = 100_000_000

    /// The types that are read and the format's names of them, in the order in which the reference implementation
    /// writes tensors: falling.
    static let types: [(name: String, dtype: DType)] = [
        ("U64", .uint64), ("I64", .int64), ("F64", .float64), ("F32", .float32), ("U32", .uint32),
        ("I32", .int32),
        ("BF16", .bfloat16), ("F16", .float16), ("U16", .uint16), ("I16", .int16), ("I8", .int8),
        ("U8", .uint8),
        ("BOOL", .bool),
    ]

    /// Parses the header that `cursor` spans.
    init(_ cursor: ByteCursor) throws(CheckpointError) {
        var json = JSONCursor(cursor)
        var names: Set<String> = []
        var entries: [Entry] = []
        var metadata: [String: String] = [:]
        try json.object { (name, json) throws(CheckpointError) in
            guard names.insert(name).inserted else {
                throw Self.malformed("names \(CheckpointError.quoted(name)) twice")
            }
            if name == "__metadata__" {
                try json.object { (key, json) throws(CheckpointError) in
                    guard metadata.updateValue(try json.string(), forKey: key) == nil else {
                        throw Self.malformed("holds the metadata \(CheckpointError.quoted(key)) twice")
                    }
                }
            } else {
                entries.append(try Self.entry(name, &json))
            }
        }
        guard try json.peek() == nil else { throw json.unexpected(expected: "the end of the header") }
        self.entries = entries
        self.metadata = metadata
    }

    /// Reads the description of the tensor `name`.
    private static func entry(_ name: String, _ json: inout JSONCursor) throws(CheckpointError) -> Entry {
        let shownName = CheckpointError.quoted(name)
        var typeName: String?
        var dimensions: [Int]?
        var offsets: [Int]?
        try json.object { (key, json) throws(CheckpointError) in
            switch key {
            case "dtype" where typeName == nil: typeName = try json.string()
            case "shape" where dimensions == nil: dimensions = try json.integers()
            case "data_offsets" where offsets == nil: offsets = try json.integers()
            default:
                throw malformed(
                    "describes \(shownName) by \(CheckpointError.quoted(key)); "
                        + "expected dtype, shape and data_offsets, once each"
                )
            }
        }
        guard let typeName, let dimensions, let offsets else {
            throw malformed("describes \(shownName) without one of dtype, shape and data_offsets")
        }
        guard let dtype = types.first(where: { $0.name == typeName })?.dtype else {
            throw CheckpointError(
                code: .unsupported,
                message: "the tensor \(shownName) has the type \(CheckpointError.quoted(typeName)), "
                    + "which is not read; these are: \(types.map(\.name).joined(separator: ", "))"
            )
        }
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw malformed("gives \(shownName) the data_offsets \(offsets); expected a begin and an end")
        }
        let shape = Shape(dimensions)
        let byteCount = shape.checkedCount?.multipliedReportingOverflow(by: dtype.byteCount)
        guard let byteCount, !byteCount.overflow, byteCount.partialValue == offsets[1] - offsets[0] else {
            throw malformed(
                "gives \(shownName) \(offsets[1] - offsets[0]) bytes, which a \(typeName) tensor of shape \(shape) does "
                    + "not have"
            )
        }
        return Entry(name: name, dtype: dtype, shape: shape, offsets: offsets[0]..<offsets[1])
    }

    /// The error of a header that says what it must not.
    static func malformed(_ what: String) -> CheckpointError {
        CheckpointError(code: .malformed, message: "the safetensors header \(what)")
    }
}
