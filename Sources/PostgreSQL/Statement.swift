/// A statement with a name, by which it is prepared once a session.
public struct Statement: Sendable, Equatable {
    /// The name, unique among the statements of the program.
    public var name: String
    /// The text, with `$1` and so on for values.
    public var text: String
    /// Whether it is planned each time instead of being prepared: a plan that was made while a table was small
    /// would be kept when it has grown.
    public var isPlannedEachTime: Bool

    /// Makes a statement.
    public init(name: String, text: String, isPlannedEachTime: Bool = false) {
        self.name = name
        self.text = text
        self.isPlannedEachTime = isPlannedEachTime
    }
}
