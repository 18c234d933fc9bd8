import JobQueue
import Synchronization

/// The chunks that this process works on, as it sees it.
package final class HeldChunks: Sendable {
    private struct State {
        var chunks: [ChunkID: ChunkProgress] = [:]
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Holds nothing.
    package init() {}

    /// The chunks at this moment.
    package var snapshot: [ChunkProgress] { state.withLock { Array($0.chunks.values) } }

    /// Adds a chunk whose pictures are about to set out.
    package func insert(_ progress: ChunkProgress) {
        state.withLock { $0.chunks[progress.chunk.id] = progress }
    }

    /// Removes a chunk that was written or given up; a later lease on the same chunk stays.
    package func remove(_ progress: ChunkProgress) {
        let waiting: [CheckedContinuation<Void, Never>] = state.withLock { state in
            if state.chunks[progress.chunk.id] === progress {
                state.chunks.removeValue(forKey: progress.chunk.id)
            }
            guard state.chunks.isEmpty else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when nothing is held.
    package func waitUntilEmpty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                guard !state.chunks.isEmpty else { return true }
                state.waiting.append(continuation)
                return false
            }
            if isEmpty { continuation.resume() }
        }
    }
}
