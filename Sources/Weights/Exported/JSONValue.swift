import Foundation

/// Any JSON value, so that a wrong type can be told from a missing member.
enum JSONValue: Decodable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try Self.attempt({ try value.decode(Bool.self) }) {
            self = .bool(bool)
        } else if let number = try Self.attempt({ try value.decode(Double.self) }) {
            self = Int(exactly: number).map(JSONValue.integer) ?? .number(number)
        } else if let string = try Self.attempt({ try value.decode(String.self) }) {
            self = .string(string)
        } else if let array = try Self.attempt({ try value.decode([JSONValue].self) }) {
            self = .array(array)
        } else {
            self = .object(try value.decode([String: JSONValue].self))
        }
    }

    /// The value of `decode`, nil where the JSON holds another type.
    private static func attempt<Value>(_ decode: () throws -> Value) throws -> Value? {
        do {
            return try decode()
        } catch is DecodingError {
            return nil
        }
    }

    /// The value in a few words, for messages: its type, and the value itself where it is short.
    var summary: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value):
            value.count <= 40 ? "\"\(value)\"" : "a string of \(value.count) characters"
        case .array(let values):
            values.count <= 4 && values.allSatisfy(\.isScalar)
                ? "[\(values.map(\.summary).joined(separator: ", "))]" : "a list of \(values.count) values"
        case .object(let members): "an object of \(members.count) members"
        }
    }

    private var isScalar: Bool {
        switch self {
        case .null, .bool, .integer, .number, .string: true
        case .array, .object: false
        }
    }
}
