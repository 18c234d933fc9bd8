/// Measures one stage by the monotonic clock.
struct Stopwatch: Sendable {
    private let start = ContinuousClock.now

    /// The time since it was made.
    var elapsed: Duration { ContinuousClock.now - start }
}
