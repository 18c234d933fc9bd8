/// A typed value that goes to the server in its binary format; nil is NULL of that type.
public enum Value: Sendable, Equatable {
    /// boolean.
    case bool(Bool?)
    /// smallint.
    case int16(Int16?)
    /// integer.
    case int32(Int32?)
    /// bigint.
    case int64(Int64?)
    /// real.
    case float(Float?)
    /// double precision.
    case double(Double?)
    /// text; cast it in the statement for enums, uuid and jsonb.
    case text(String?)
    /// bytea.
    case bytes([UInt8]?)
    /// integer[].
    case int32s([Int32]?)
    /// bigint[].
    case int64s([Int64]?)
    /// real[].
    case floats([Float]?)
    /// text[].
    case texts([String]?)

    /// The type's number in the server's catalogue.
    var typeOID: UInt32 {
        switch self {
        case .bool: TypeOID.bool
        case .int16: TypeOID.int2
        case .int32: TypeOID.int4
        case .int64: TypeOID.int8
        case .float: TypeOID.float4
        case .double: TypeOID.float8
        case .text: TypeOID.text
        case .bytes: TypeOID.bytea
        case .int32s: TypeOID.int4Array
        case .int64s: TypeOID.int8Array
        case .floats: TypeOID.float4Array
        case .texts: TypeOID.textArray
        }
    }

    /// Appends the binary form to `buffer`; false, and nothing appended, for NULL.
    func encode(into buffer: inout [UInt8]) -> Bool {
        switch self {
        case .bool(let value?): buffer.append(value ? 1 : 0)
        case .int16(let value?): buffer.append(bigEndian: value)
        case .int32(let value?): buffer.append(bigEndian: value)
        case .int64(let value?): buffer.append(bigEndian: value)
        case .float(let value?): buffer.append(bigEndian: value.bitPattern)
        case .double(let value?): buffer.append(bigEndian: value.bitPattern)
        case .text(let value?): buffer.append(contentsOf: value.utf8)
        case .bytes(let value?): buffer.append(contentsOf: value)
        case .int32s(let values?):
            buffer.appendArrayHeader(count: values.count, elementOID: TypeOID.int4)
            for value in values {
                buffer.append(bigEndian: Int32(4))
                buffer.append(bigEndian: value)
            }
        case .int64s(let values?):
            buffer.appendArrayHeader(count: values.count, elementOID: TypeOID.int8)
            for value in values {
                buffer.append(bigEndian: Int32(8))
                buffer.append(bigEndian: value)
            }
        case .floats(let values?):
            buffer.appendArrayHeader(count: values.count, elementOID: TypeOID.float4)
            for value in values {
                buffer.append(bigEndian: Int32(4))
                buffer.append(bigEndian: value.bitPattern)
            }
        case .texts(let values?):
            buffer.appendArrayHeader(count: values.count, elementOID: TypeOID.text)
            for value in values {
                buffer.append(bigEndian: Int32(value.utf8.count))
                buffer.append(contentsOf: value.utf8)
            }
        case .bool(nil), .int16(nil), .int32(nil), .int64(nil), .float(nil), .double(nil), .text(nil),
            .bytes(nil), .int32s(nil), .int64s(nil), .floats(nil), .texts(nil):
            return false
        }
        return true
    }
}

/// Numbers of built-in types: pg_type.dat of PostgreSQL, the same in every version.
enum TypeOID {
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let float4: UInt32 = 700
    static let float8: UInt32 = 701
    static let int4Array: UInt32 = 1007
    static let textArray: UInt32 = 1009
    static let int8Array: UInt32 = 1016
    static let float4Array: UInt32 = 1021
    static let timestamptz: UInt32 = 1184
    static let uuid: UInt32 = 2950
    static let jsonb: UInt32 = 3802
}

extension [UInt8] {
    /// Appends an integer, most significant byte first.
    mutating func append<Integer: FixedWidthInteger>(bigEndian value: Integer) {
        var shift = Integer.bitWidth - 8
        while shift >= 0 {
            append(UInt8(truncatingIfNeeded: value >> Integer(shift)))
            shift -= 8
        }
    }

    /// Appends what stands before the elements of a one-dimensional array without NULLs.
    mutating func appendArrayHeader(count: Int, elementOID: UInt32) {
        append(bigEndian: Int32(count == 0 ? 0 : 1))
        append(bigEndian: Int32(0))
        append(bigEndian: elementOID)
        guard count > 0 else { return }
        append(bigEndian: Int32(count))
        append(bigEndian: Int32(1))
    }
}
