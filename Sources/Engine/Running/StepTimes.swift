/// Nanoseconds of each step of a run in memory that the caller keeps.
@safe struct StepTimes: BitwiseCopyable {
    private let numbers: UnsafeMutablePointer<UInt64>
    private let steps: Int
    private let lanes: Int

    /// Counts in `numbers`, one for each lane and step, all zero.
    init(_ numbers: UnsafeMutablePointer<UInt64>, steps: Int, lanes: Int) {
        unsafe self.numbers = numbers
        (self.steps, self.lanes) = (steps, lanes)
    }

    /// Adds to a step's time; lanes add at the same time, each to its own numbers.
    func add(_ nanoseconds: UInt64, step: Int, lane: Int) {
        unsafe numbers[lane * steps + step] += nanoseconds
    }

    /// The time of each step.
    var durations: [Duration] {
        (0..<steps).map { step in
            .nanoseconds(Int64((0..<lanes).reduce(UInt64(0)) { unsafe $0 + numbers[$1 * steps + step] }))
        }
    }
}
