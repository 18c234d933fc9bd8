/// A Swift type that a column can be read as.
public protocol ColumnValue {
    /// Reads the binary format of a type; nil when the type or the bytes do not fit.
    static func decode(_ bytes: ArraySlice<UInt8>, typeOID: UInt32) -> Self?
}

/// A point in time as the server tells it.
public struct Timestamp: Sendable, Hashable, ColumnValue {
    /// Seconds since 1970-01-01 00:00 UTC.
    public var secondsSince1970: Double

    /// Reads timestamptz: microseconds since 2000-01-01.
    public static func decode(_ bytes: ArraySlice<UInt8>, typeOID: UInt32) -> Timestamp? {
        guard typeOID == TypeOID.timestamptz, let value = integer(bytes, as: Int64.self) else { return nil }
        return Timestamp(secondsSince1970: Double(value) / 1e6 + 946_684_800)
    }
}

extension Bool: ColumnValue {
    /// Reads boolean.
    public static func decode(_ bytes: ArraySlice<UInt8>, typeOID: UInt32) -> Bool? {
        guard typeOID == TypeOID.bool, bytes.count == 1 else { return nil }
        return bytes[bytes.startIndex] != 0
    }
}

extension Int16: ColumnValue {
    /// Reads smallint.
    public static func decode(_ bytes: ArraySlice<UInt8>, typeOID: UInt32) -> Int16? {
        typeOID == TypeOID.int2 ? integer(bytes, as: Int16.self) : nil
    }
}

extension Int32: ColumnValue {
    /// Reads smallint and integer.
    public static func decode(_ bytes: ArraySlice<UInt8>, typeOID: UInt32) -> Int32? {
        switch typeOID {
        case TypeOID.int2: integer(bytes, as: Int16.self).map { Int32($0) }
        case TypeOID.int4: integer(bytes, as: Int32.self)
        default: nil
        }
    }
}

extension Int64: ColumnValue {
    /// Reads smallint, integer and bigint.
    public static func decode(_ bytes: ArraySlice<UInt8>, typeOID: UInt32) -> Int64? {
        typeOID == TypeOID.int8
            ? integer(bytes, as: Int64.self) : Int32.decode(bytes, typeOID: typeOID).map { Int64($0) }
    }
}

extension Float: ColumnValue {
    /// Reads real.
    public static func decode(_ bytes: ArraySlice<UInt8>, typeOID: UInt32) -> Float? {
        typeOID == TypeOID.float4 ? integer(bytes, as: UInt32.self).map { Float(bitPattern: $0) } : nil
    }
}

extension Double: ColumnValue {
    /// Reads real and double precision.
    public static func decode(_ bytes: ArraySlice<UInt8>, typeOID: UInt32) -> Double? {
        typeOID == TypeOID.float8
            ? integer(bytes, as: UInt64.self).map { Double(bitPattern: $0) }
            : Float.decode(bytes, typeOID: typeOID).map { Double($0) }
    }
}

extension String: ColumnValue {
    /// Reads every type whose binary form is its text (text, name, enums), uuid and jsonb.
    public static func decode(_ bytes: ArraySlice<UInt8>, typeOID: UInt32) -> String? {
        switch typeOID {
        case TypeOID.uuid:
            guard bytes.count == 16 else { return nil }
            var text = ""
            for (index, byte) in bytes.enumerated() {
                if [4, 6, 8, 10].contains(index) { text += "-" }
                text += byte < 16 ? "0" : ""
                text += String(byte, radix: 16)
            }
            return text
        case TypeOID.jsonb:
            guard bytes.first == 1 else { return nil }
            return String(validating: bytes.dropFirst(), as: UTF8.self)
        case TypeOID.bool, TypeOID.bytea, TypeOID.int2, TypeOID.int4, TypeOID.int8, TypeOID.float4,
            TypeOID.float8, TypeOID.timestamptz:
            return nil
        default:
            return String(validating: bytes, as: UTF8.self)
        }
    }
}

extension Array: ColumnValue where Element: ColumnValue {
    /// Reads a one-dimensional array without NULLs.
    public static func decode(_ bytes: ArraySlice<UInt8>, typeOID: UInt32) -> [Element]? {
        var rest = bytes
        func next() -> Int32? {
            guard rest.count >= 4 else { return nil }
            defer { rest = rest.dropFirst(4) }
            return integer(rest.prefix(4), as: Int32.self)
        }
        guard let dimensions = next(), let hasNulls = next(), let elementOID = next() else { return nil }
        guard dimensions > 0 else { return [] }
        guard dimensions == 1, hasNulls == 0, let count = next(), next() != nil else { return nil }
        guard count >= 0, rest.count >= Int(count) * 4 else { return nil }
        var elements: [Element] = []
        elements.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let size = next(), size >= 0, rest.count >= Int(size) else { return nil }
            let element = Element.decode(rest.prefix(Int(size)), typeOID: UInt32(bitPattern: elementOID))
            guard let element else { return nil }
            elements.append(element)
            rest = rest.dropFirst(Int(size))
        }
        return elements
    }
}

/// Reads an integer of exactly the type's width, most significant byte first.
private func integer<Integer: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, as type: Integer.Type)
    -> Integer?
{
    guard bytes.count == Integer.bitWidth / 8 else { return nil }
    var value: Integer = 0
    for byte in bytes { value = (value << 8) | Integer(truncatingIfNeeded: byte) }
    return value
}
