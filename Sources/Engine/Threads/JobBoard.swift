import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where the caller posts a job and the helpers find it.
///
/// One word holds the whole protocol: the number of helpers inside the job (low 16 bits), whether the job is
/// open, whether the pool ends, and the job's number. A helper enters by compare-and-swap and only while the job is
/// open; the caller closes it when the tasks are used up, then waits until nobody is inside. So the plain
/// fields below are written only while nobody can read them.
///
/// `@unchecked Sendable` and `@safe`: by that protocol; the mutex and condition stand at one address all their life.
@safe final class JobBoard: @unchecked Sendable {
    static let maximumThreads = 1024

    private static let insideMask: UInt64 = 0xFFFF
    private static let openBit: UInt64 = 1 << 16
    private static let stopBit: UInt64 = 1 << 17
    private static let numberUnit: UInt64 = 1 << 18

    private let word = Atomic<UInt64>(0)
    private let shares: TaskShares
    private let sleepers = Atomic<Int>(0)

    private var tasks = 0
    private var grain = 1
    private var context: UnsafeRawPointer?
    private var body: ThreadPool.Body?

    private let callers: UnsafeMutablePointer<pthread_mutex_t>
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    /// A board for `threads` threads, the caller included.
    init(threads: Int) {
        shares = TaskShares(count: threads)
        unsafe callers = .allocate(capacity: 1)
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe pthread_mutex_init(callers, nil)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(callers)
        unsafe pthread_mutex_destroy(mutex)
        unsafe pthread_cond_destroy(condition)
        unsafe callers.deallocate()
        unsafe mutex.deallocate()
        unsafe condition.deallocate()
    }

    /// Runs the job on the calling thread alone, after any other caller's job.
    func runAlone(tasks: Int, context: UnsafeRawPointer, body: ThreadPool.Body) {
        unsafe pthread_mutex_lock(callers)
        unsafe body(context, 0, tasks, 0)
        unsafe pthread_mutex_unlock(callers)
    }

    /// Posts the job, takes part in it and waits for the helpers that entered.
    func run(tasks: Int, grain: Int, context: UnsafeRawPointer, body: ThreadPool.Body) {
        unsafe pthread_mutex_lock(callers)
        defer { unsafe pthread_mutex_unlock(callers) }
        self.tasks = tasks
        self.grain = TaskShares.grain(grain, tasks: tasks)
        unsafe self.context = context
        unsafe self.body = body
        // Sequential consistency: either a helper that goes to sleep sees the open job, or we see the sleeper.
        let posted = word.add(Self.numberUnit | Self.openBit, ordering: .sequentiallyConsistent).newValue
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wake() }
        takePart(thread: 0, job: posted / Self.numberUnit)
        word.subtract(Self.openBit, ordering: .acquiringAndReleasing)
        var spins = 0
        while word.load(ordering: .acquiring) & Self.insideMask != 0 {
            spins += 1
            if spins > 4000 { sched_yield() }
        }
    }

    /// Ends the helpers' loops.
    func stop() {
        word.bitwiseOr(Self.stopBit, ordering: .sequentiallyConsistent)
        wake()
    }

    /// A helper's life: enters job after job until the pool ends.
    func serve(thread: Int) {
        var finished: UInt64 = 0
        while let number = waitForJob(after: finished) {
            takePart(thread: thread, job: number)
            word.subtract(1, ordering: .releasing)
            finished = number
        }
    }

    private func takePart(thread: Int, job: UInt64) {
        guard let context = unsafe context, let body = unsafe body else { return }
        while let piece = shares.take(thread: thread, job: job, tasks: tasks, grain: grain) {
            unsafe body(context, piece.lowerBound, piece.upperBound, thread)
        }
    }

    /// Enters the next job that is open.
    ///
    /// - Returns: its number, or nil when the pool ends.
    private func waitForJob(after finished: UInt64) -> UInt64? {
        var deadline: UInt64?
        var spins = 0
        while true {
            let seen = word.load(ordering: .acquiring)
            if seen & Self.stopBit != 0 { return nil }
            let number = seen / Self.numberUnit
            if seen & Self.openBit != 0, number != finished {
                let entered = word.compareExchange(
                    expected: seen,
                    desired: seen + 1,
                    ordering: .acquiringAndReleasing
                ).exchanged
                if entered { return number }
                continue
            }
            spins += 1
            guard spins % 64 == 0 else { continue }
            let now = monotonicNanoseconds()
            if let deadline, now > deadline {
                sleep(after: finished)
            } else if deadline == nil {
                deadline = now + Self.spinNanoseconds
            }
        }
    }

    /// How long a helper looks for the next job before it sleeps: longer than the pause between two layers.
    private static let spinNanoseconds: UInt64 = 50_000

    private func sleep(after finished: UInt64) {
        unsafe pthread_mutex_lock(mutex)
        sleepers.add(1, ordering: .sequentiallyConsistent)
        while true {
            let seen = word.load(ordering: .sequentiallyConsistent)
            let isWanted = seen & Self.openBit != 0 && seen / Self.numberUnit != finished
            if isWanted || seen & Self.stopBit != 0 { break }
            unsafe pthread_cond_wait(condition, mutex)
        }
        sleepers.subtract(1, ordering: .sequentiallyConsistent)
        unsafe pthread_mutex_unlock(mutex)
    }

    private func wake() {
        unsafe pthread_mutex_lock(mutex)
        unsafe pthread_cond_broadcast(condition)
        unsafe pthread_mutex_unlock(mutex)
    }
}

/// Nanoseconds of the monotonic clock.
func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
