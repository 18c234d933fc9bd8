/// A JSON value whose objects keep the order of their keys, so that output reads the same every time.
indirect enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case float(Float)
    case double(Double)
    case string(String)
    case array([JSON])
    case object([(String, JSON)])

    /// The text without a line break: one value a line is what `--json` prints.
    var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    static func == (left: JSON, right: JSON) -> Bool { left.text == right.text }

    /// A string, or null where there is none.
    static func optional(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }

    /// An integer, or null where there is none.
    static func optional(_ value: Int?) -> JSON { value.map(JSON.integer) ?? .null }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        // The shortest digits that read back as the same number; JSON has no infinity and no NaN.
        case .float(let value): text += value.isFinite ? "\(value)" : "null"
        case .double(let value): text += value.isFinite ? "\(value)" : "null"
        case .string(let value): Self.write(value, to: &text)
        case .array(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += ", " }
                value.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += ", " }
                Self.write(member.0, to: &text)
                text += ": "
                member.1.write(to: &text)
            }
            text += "}"
        }
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case let control where control.value < 0x20:
                let digits = String(control.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
