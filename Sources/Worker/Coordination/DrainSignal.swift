import Synchronization

/// The word that no new work is to be begun; it is given once and heard by everybody, however late they ask.
package final class DrainSignal: Sendable {
    private struct State {
        var isGiven = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    /// Makes a signal that is not given yet.
    package init() {}

    /// Whether it has been given.
    package var isGiven: Bool { state.withLock { $0.isGiven } }

    /// Gives the signal.
    package func give() {
        let waiting = state.withLock { state in
            state.isGiven = true
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when the signal is given or the task is cancelled.
    package func wait() async {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard !state.isGiven, !Task.isCancelled else { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let continuation = state.withLock { $0.waiting.removeValue(forKey: number) }
            continuation?.resume()
        }
    }

    /// Waits for the signal, but no longer than `timeout`; returns whether it has been given.
    package func wait(atMost timeout: Duration) async -> Bool {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask {
                do {
                    try await Task.sleep(for: timeout)
                } catch {
                    // Cancelled: the signal came first, or the caller is cancelled.
                }
            }
            await group.next()
            group.cancelAll()
        }
        return isGiven
    }

    /// Runs `work` and cancels it when the signal is given.
    ///
    /// - Throws: what `work` throws, but not its cancellation by the signal.
    package func cancelling(_ work: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await work()
                } catch is CancellationError {
                    try Task.checkCancellation()
                }
            }
            group.addTask { await self.wait() }
            try await group.next()
            group.cancelAll()
            do {
                try await group.waitForAll()
            } catch  where self.isGiven {
                // Cut off on purpose: nobody waits for its result.
            }
        }
    }
}
