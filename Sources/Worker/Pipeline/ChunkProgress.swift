package import JobQueue
import Synchronization

/// A claimed chunk at work: what its pictures share, and what has become of each.
package final class ChunkProgress: Sendable {
    /// What became of one picture.
    package enum Fate: Sendable {
        /// It has its final word.
        case outcome(Outcome)
        /// It met passing trouble and is to be tried again later.
        case deferred(DeferredItem)
        /// It goes back to the queue untouched.
        case released
    }

    /// What is to be written when no picture is on its way any more.
    package struct Report: Sendable {
        /// The final words.
        package var outcomes: [Outcome] = []
        /// The pictures to try again.
        package var deferred: [DeferredItem] = []
        /// Why the whole job cannot succeed, if a picture showed that.
        package var jobFailure: RowFailure?
    }

    private struct State {
        var open: Int
        var report = Report()
        var isDropped = false
    }

    /// The lease.
    package let chunk: ClaimedChunk
    /// What the chunk's pictures are treated by.
    package let treatment: Treatment
    private let state: Mutex<State>

    /// Makes the progress of a chunk of which `openCount` pictures are pending.
    package init(chunk: ClaimedChunk, treatment: Treatment, openCount: Int) {
        self.chunk = chunk
        self.treatment = treatment
        state = Mutex(State(open: openCount))
    }

    /// Whether nothing of it is wanted any more: the lease is lost or the job was ended.
    package var isDropped: Bool { state.withLock { $0.isDropped } }

    /// Declares that nothing of it is wanted any more; pictures on their way are given up at their next stage.
    package func drop() {
        state.withLock { $0.isDropped = true }
    }

    /// Remembers that the job cannot succeed; the pictures that are left are given up.
    package func failJob(_ failure: RowFailure) {
        state.withLock { state in
            if state.report.jobFailure == nil { state.report.jobFailure = failure }
        }
    }

    /// Whether pictures that are not begun yet are to be given up.
    package var isOver: Bool { state.withLock { $0.isDropped || $0.report.jobFailure != nil } }

    /// Records what became of a picture.
    ///
    /// - Returns: whether it was the chunk's last one.
    package func settle(_ fate: Fate) -> Bool {
        state.withLock { state in
            switch fate {
            case .outcome(let outcome): state.report.outcomes.append(outcome)
            case .deferred(let item): state.report.deferred.append(item)
            case .released: break
            }
            state.open -= 1
            return state.open == 0
        }
    }

    /// What is to be written; complete once the last picture is settled.
    package var report: Report { state.withLock { $0.report } }
}
