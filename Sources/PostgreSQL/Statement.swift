/// A statement with a name, by which it is prepared once a session.
public struct Statement: Sendable, Equatable {
    /// The name, unique among the statements of the program.
    public var name: String
    /// The text, with `$1` and so on for values.
    public var text: String

    /// Makes a statement.
    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}
