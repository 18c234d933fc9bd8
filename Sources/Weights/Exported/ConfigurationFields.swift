/// The members of a JSON object of a configuration, by the types that they must have.
///
/// A member that is missing and one that is null are the same, as for timm. Every error names the file, the member,
/// what was expected and what was found.
struct ConfigurationFields {
    /// The file, for messages.
    let file: String
    /// What stands before a member's name in messages: empty or `pretrained_cfg.`.
    let prefix: String
    /// The members.
    var members: [String: JSONValue]

    /// The value of `key`, nil where it is missing or null.
    func value(_ key: String) -> JSONValue? {
        guard let value = members[key], value != .null else { return nil }
        return value
    }

    func string(_ key: String) throws(WeightsError) -> String? {
        guard let value = value(key) else { return nil }
        guard case .string(let text) = value else { throw wrong(key, "a string", value) }
        return text
    }

    func bool(_ key: String) throws(WeightsError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard case .bool(let flag) = value else { throw wrong(key, "true or false", value) }
        return flag
    }

    /// A whole number in `range`.
    func integer(_ key: String, in range: ClosedRange<Int>) throws(WeightsError) -> Int? {
        guard let value = value(key) else { return nil }
        guard case .integer(let number) = value, range.contains(number) else {
            throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)", value)
        }
        return number
    }

    /// A finite number above 0; 0 itself is nil, as for timm.
    func fraction(_ key: String) throws(WeightsError) -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = Self.number(value), number >= 0 else {
            throw wrong(key, "a number above 0", value)
        }
        return number == 0 ? nil : number
    }

    /// Channels, height and width.
    func size(_ key: String) throws(WeightsError) -> [Int]? {
        guard let value = value(key) else { return nil }
        guard let numbers = Self.integers(value), numbers.count == 3,
            numbers.allSatisfy(Self.extents.contains)
        else { throw wrong(key, "a list of three whole numbers above 0: channels, height and width", value) }
        return numbers
    }

    /// Height and width; one number is both.
    func area(_ key: String) throws(WeightsError) -> [Int]? {
        guard let value = value(key) else { return nil }
        if case .integer(let side) = value, Self.extents.contains(side) { return [side, side] }
        guard let numbers = Self.integers(value), numbers.count == 2,
            numbers.allSatisfy(Self.extents.contains)
        else { throw wrong(key, "a whole number above 0 or a list of two: height and width", value) }
        return numbers
    }

    /// One number a channel; a number alone is a list of one.
    func numbers(_ key: String, areAboveZero: Bool) throws(WeightsError) -> [Float]? {
        guard let value = value(key) else { return nil }
        let expected = "a list of numbers\(areAboveZero ? " above 0" : "")"
        let values: [JSONValue]
        switch value {
        case .array(let list): values = list
        case .integer, .number: values = [value]
        case .null, .bool, .string, .object: throw wrong(key, expected, value)
        }
        let numbers = values.compactMap(Self.number)
        guard numbers.count == values.count, !numbers.isEmpty, !areAboveZero || numbers.allSatisfy({ $0 > 0 })
        else { throw wrong(key, expected, value) }
        return numbers.map(Float.init)
    }

    /// A name or a list of names.
    func names(_ key: String) throws(WeightsError) -> [String]? {
        guard let value = value(key) else { return nil }
        if case .string(let name) = value { return name.isEmpty ? nil : [name] }
        guard let names = Self.strings(value) else {
            throw wrong(key, "a string or a list of strings", value)
        }
        return names
    }

    /// One of the words of an enumeration.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String,
        of type: Choice.Type
    ) throws(WeightsError) -> Choice? where Choice.RawValue == String {
        guard let word = try string(key), !word.isEmpty else { return nil }
        guard let choice = Choice(rawValue: word) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw wrong(key, "one of \(words)", .string(word))
        }
        return choice
    }

    func object(_ key: String) throws(WeightsError) -> ConfigurationFields? {
        guard let value = value(key) else { return nil }
        guard case .object(let members) = value else { throw wrong(key, "an object", value) }
        return ConfigurationFields(file: file, prefix: "\(prefix)\(key).", members: members)
    }

    /// The error of a member of the wrong type.
    func wrong(_ key: String, _ expected: String, _ found: JSONValue) -> WeightsError {
        error("\(prefix)\(key) is \(found.summary): \(expected) is expected; correct the file")
    }

    /// An error that names the file.
    func error(_ message: String, code: WeightsError.Code = .configuration) -> WeightsError {
        WeightsError(code: code, message: "'\(file)': \(message)")
    }

    /// The extents that a picture can have at all.
    private static let extents = 1...65536

    static func strings(_ value: JSONValue) -> [String]? {
        guard case .array(let values) = value else { return nil }
        let strings = values.compactMap { value -> String? in
            guard case .string(let text) = value else { return nil }
            return text
        }
        return strings.count == values.count ? strings : nil
    }

    private static func integers(_ value: JSONValue) -> [Int]? {
        guard case .array(let values) = value else { return nil }
        let integers = values.compactMap { value -> Int? in
            guard case .integer(let number) = value else { return nil }
            return number
        }
        return integers.count == values.count ? integers : nil
    }

    private static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .number(let number): number.isFinite ? number : nil
        case .null, .bool, .string, .array, .object: nil
        }
    }
}
