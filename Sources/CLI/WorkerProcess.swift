import Logging
import ServiceLifecycle
import Worker

/// A worker in this process, with its signals and its progress display.
struct WorkerProcess {
    let worker: Worker
    let logger: Logger

    /// Runs the worker until it ends: by itself, or gracefully after a signal.
    ///
    /// - Returns: what was heard of signals.
    /// - Throws: what the worker throws.
    func run(bar: ProgressBar, total: Int) async throws -> Signals {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    ServiceGroupConfiguration.ServiceConfiguration(
                        service: worker,
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup
                    )
                ],
                logger: logger
            )
        )
        let signals = Signals()
        let (hangups, continuation) = AsyncStream.makeStream(of: Int32.self)
        signals.listen { continuation.yield($0) }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask {
                for await _ in hangups { await group.triggerGracefulShutdown() }
            }
            let tally = worker.tally
            tasks.addTask { await Self.draw(bar, tally: tally, total: total) }
            do {
                try await tasks.next()
            } catch {
                continuation.finish()
                tasks.cancelAll()
                throw error
            }
            continuation.finish()
            tasks.cancelAll()
            try await tasks.waitForAll()
        }
        return signals
    }

    /// Draws the progress until the task is cancelled.
    private static func draw(_ bar: ProgressBar, tally: Tally, total: Int) async {
        var bar = bar
        let start = ContinuousClock.now
        while !Task.isCancelled {
            let counts = tally.counts
            bar.draw(
                done: counts.done + counts.failed,
                failed: counts.failed,
                total: total,
                elapsed: ContinuousClock.now - start
            )
            do {
                try await Task.sleep(for: .milliseconds(200))
            } catch {
                break
            }
        }
        bar.clear()
    }
}
