/// Arguments of ``KernelTable/multiplyAdds``: multiply-adds in registers alone, the most that a core can do.
///
/// Each task makes twelve sums of sixteen lanes that begin with 0, 1, ... 11, turns each of them `rounds` times to
/// `sum * factor + addend`, and writes the sixteen totals of the twelve to the first floats of its scratch memory.
public struct MultiplyAddArguments: Sendable, BitwiseCopyable {
    /// Sums of a task: enough to fill the pipelines of the units that multiply and add.
    public static let sums = 12

    /// Multiply-adds of each sum.
    public var rounds: Int
    /// Multiplies a sum.
    public var factor: Float
    /// Is added to it.
    public var addend: Float

    /// Makes arguments; with the defaults sums tend to 1, neither too small nor too large for full speed.
    public init(rounds: Int, factor: Float = 0.5, addend: Float = 0.5) {
        self.rounds = rounds
        self.factor = factor
        self.addend = addend
    }

    /// Floating-point operations of a task: two for each lane and round.
    public var operationsPerTask: Int { Self.sums * 16 * 2 * rounds }
}
