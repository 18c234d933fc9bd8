import JobQueue
import Synchronization

/// Counts the pictures with a final word in this process, for a progress display.
public final class Tally: Sendable {
    /// Counts of pictures.
    public struct Counts: Sendable, Equatable {
        /// Pictures with an answer.
        public var done = 0
        /// Pictures that cannot have one.
        public var failed = 0
    }

    private let state = Mutex(Counts())

    /// The counts so far.
    public var counts: Counts { state.withLock { $0 } }

    func count(_ outcome: Outcome) {
        state.withLock { counts in
            switch outcome.result {
            case .done: counts.done += 1
            case .failed: counts.failed += 1
            }
        }
    }
}
