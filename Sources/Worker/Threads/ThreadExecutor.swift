import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A task executor on a fixed number of threads of its own, for work that blocks or computes for long.
///
/// Swift's cooperative pool has one thread a core and counts on nobody to hold one; decoding, inference and reads
/// from disk run here instead, by `withTaskExecutorPreference`. The threads live until ``shutDown()``.
public final class ThreadExecutor: TaskExecutor, Sendable {
    private struct State: ~Copyable {
        var waiting: [UnownedJob] = []
        var head = 0
        var isStopped = false
    }

    private let state = Mutex(State())
    /// Counts the waiting jobs, so that an idle thread sleeps in the kernel.
    private let wakeups = DispatchSemaphore(value: 0)
    private let threadCount: Int

    /// Starts `threadCount` threads called `name` (15 bytes of it are kept).
    ///
    /// - Throws: ``WorkerError`` where the system refuses a thread.
    public init(name: String, threadCount: Int) throws(WorkerError) {
        precondition(threadCount > 0, "an executor of \(threadCount) threads")
        self.threadCount = threadCount
        for _ in 0..<threadCount {
            do throws(WorkerError) {
                try Self.startThread(name: name, executor: self)
            } catch {
                shutDown()
                throw error
            }
        }
    }

    /// Hands `job` to the next idle thread.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.waiting.append(job) }
        wakeups.signal()
    }

    /// Ends the threads after the jobs that wait.
    ///
    /// Call it when no task prefers this executor any more.
    public func shutDown() {
        state.withLock { $0.isStopped = true }
        for _ in 0..<threadCount { wakeups.signal() }
    }

    /// What each thread does: a job at a time, in the order of arrival, until the end.
    private func runJobs() {
        while true {
            wakeups.wait()
            let next: UnownedJob? = state.withLock { state in
                guard state.head < state.waiting.count else { return nil }
                let job = state.waiting[state.head]
                state.head += 1
                if state.head == state.waiting.count {
                    state.waiting.removeAll(keepingCapacity: true)
                    state.head = 0
                } else if state.head > 1024 {
                    state.waiting.removeFirst(state.head)
                    state.head = 0
                }
                return job
            }
            if let next {
                unsafe next.runSynchronously(on: asUnownedTaskExecutor())
            } else if state.withLock({ $0.isStopped }) {
                return
            }
        }
    }

    private final class Start: Sendable {
        let name: String
        let executor: ThreadExecutor

        init(name: String, executor: ThreadExecutor) {
            self.name = name
            self.executor = executor
        }
    }

    private static func startThread(name: String, executor: ThreadExecutor) throws(WorkerError) {
        let start = unsafe Unmanaged.passRetained(Start(name: name, executor: executor))
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                ThreadExecutor.nameThisThread(start.name)
                start.executor.runJobs()
                return nil
            },
            start.toOpaque()
        )
        guard status == 0 else {
            unsafe start.release()
            throw WorkerError(
                code: .resources,
                message: "The system refused a thread for \(name) (error \(status)). "
                    + "Raise the limit of processes (ulimit -u) or ask for fewer threads (--threads)."
            )
        }
        pthread_detach(thread)
    }

    /// Names the calling thread for `ps` and debuggers; a name that the kernel refuses is no loss.
    private static func nameThisThread(_ name: String) {
        let descriptor = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        let bytes = Array(name.utf8.prefix(15))
        _ = unsafe write(descriptor, bytes, bytes.count)
        close(descriptor)
    }
}
