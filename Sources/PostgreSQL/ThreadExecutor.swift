import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Runs the jobs of one actor on one thread of its own, so that they may block without holding up a thread of
/// the cooperative pool.
///
/// The thread ends with the executor.
final class ThreadExecutor: SerialExecutor {
    private let queue: JobList

    /// Starts the thread.
    init() {
        queue = JobList()
        queue.start()
    }

    deinit { queue.close() }

    func enqueue(_ job: consuming ExecutorJob) {
        unsafe queue.append(PendingJob(job: UnownedJob(job), executor: asUnownedSerialExecutor()))
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }
}

/// A job and the executor that it was given to; a job keeps its actor alive, and that the executor.
@safe private struct PendingJob {
    let job: UnownedJob
    let executor: UnownedSerialExecutor

    func run() { unsafe job.runSynchronously(on: executor) }
}

/// The jobs that wait for the thread; it outlives the executor until the thread has ended.
///
/// `@unchecked Sendable`: the list is behind a mutex, the semaphore is made for being shared.
@safe private final class JobList: @unchecked Sendable {
    private struct State {
        var waiting: [PendingJob] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        unsafe semaphore = .allocate(capacity: 1)
        unsafe sem_init(semaphore, 0, 0)
    }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    func start() {
        let handle = unsafe Unmanaged.passRetained(self).toOpaque()
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread,
            nil,
            { handle in
                guard let handle = unsafe handle else { return nil }
                unsafe Unmanaged<JobList>.fromOpaque(handle).takeRetainedValue().run()
                return nil
            },
            handle
        )
        precondition(status == 0, "the system refuses a thread: pthread_create returned \(status)")
        pthread_detach(thread)
    }

    func append(_ job: PendingJob) {
        state.withLock { $0.waiting.append(job) }
        unsafe sem_post(semaphore)
    }

    func close() {
        state.withLock { $0.isClosed = true }
        unsafe sem_post(semaphore)
    }

    private func run() {
        while true {
            while unsafe sem_wait(semaphore) != 0 {}
            let batch = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            for job in batch { job.run() }
            if batch.isEmpty, state.withLock({ $0.isClosed }) { return }
        }
    }
}
