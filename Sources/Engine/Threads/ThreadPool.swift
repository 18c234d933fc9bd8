import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Persistent threads that share the tasks of one job at a time.
///
/// A job is a C function and a number of tasks; whoever is free takes the next few. The caller takes part and
/// returns when every task is done; a helper that wakes up too late is not waited for. Helpers spin for some
/// tens of microseconds after a job, since the next layer follows at once, then sleep.
///
/// Jobs of several callers run one after another.
public final class ThreadPool: Sendable {
    /// What a job runs: the job's context, the tasks from `begin` up to `end`, and the thread's number, below
    /// ``count``, of which no two run at the same time.
    public typealias Body =
        @convention(c) (_ context: UnsafeRawPointer, _ begin: Int, _ end: Int, _ thread: Int) -> Void

    /// Threads that take part, the caller included.
    public let count: Int
    private let board: JobBoard
    private let helpers: [HelperThread]
    /// Where the caller computes; nil where threads are not pinned.
    private let callerMask: AffinityMask?

    /// Starts `count - 1` threads, which are called `name-1` and so on (15 bytes are kept).
    ///
    /// With `processors` each thread is pinned to one of them, in their order: the caller to the first while it runs a
    /// model, the helpers to those after it for all their life.
    ///
    /// - Throws: `invalidOption` for a count below 1 or above that of the processors, `threadCreation` where the system
    ///   refuses a thread, `affinity` where it refuses a processor.
    public init(
        count: Int = ProcessorAllowance.current().threadCount,
        name: String = "apus",
        pinnedTo processors: ProcessorSet? = nil
    ) throws(EngineError) {
        guard (1...JobBoard.maximumThreads).contains(count) else {
            throw EngineError(
                code: .invalidOption,
                message: "\(count) threads asked: 1 to \(JobBoard.maximumThreads) are possible"
            )
        }
        if let processors, processors.numbers.count < count {
            throw EngineError(
                code: .invalidOption,
                message: "\(count) threads cannot be pinned to \(processors), one each: "
                    + "ask for \(processors.numbers.count) at most, or do not pin them"
            )
        }
        let board = JobBoard(threads: count)
        var helpers: [HelperThread] = []
        for index in 1..<max(count, 1) {
            do throws(EngineError) {
                helpers.append(
                    try HelperThread(
                        name: "\(name)-\(index)",
                        index: index,
                        board: board,
                        processor: processors?.numbers[index]
                    )
                )
            } catch {
                board.stop()
                for helper in helpers { helper.join() }
                throw error
            }
        }
        self.count = count
        self.board = board
        self.helpers = helpers
        callerMask = processors.map { AffinityMask(ProcessorSet($0.numbers.prefix(1))) }
    }

    deinit {
        board.stop()
        for helper in helpers { helper.join() }
    }

    /// Runs `body` with the calling thread pinned to the first of the pool's processors, where the pool has any.
    ///
    /// The pin lasts for a model's run and not for ever: threads inherit it from those that start them, and the runtime
    /// starts threads from any thread. Allocates nothing.
    package func withPinnedCaller<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let callerMask else { return try body() }
        var previous = AffinityMask()
        guard previous.load() == 0, callerMask.store() == 0 else { return try body() }
        defer { previous.store() }
        return try body()
    }

    /// Runs `body` over the tasks `0 ..< tasks` and returns when all are done.
    ///
    /// Allocates nothing. Each call of `body` gets neighbouring tasks: some times `grain`, fewer at the end of a share.
    ///
    /// Precondition: `context` is valid until the return; `body` does not call the pool.
    public func run(tasks: Int, grain: Int = 1, context: UnsafeRawPointer, body: Body) {
        guard tasks > 0 else { return }
        guard count > 1, tasks > grain else {
            unsafe board.runAlone(tasks: tasks, context: context, body: body)
            return
        }
        unsafe board.run(tasks: tasks, grain: max(grain, 1), context: context, body: body)
    }
}
