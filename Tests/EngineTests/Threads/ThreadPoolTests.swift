import Engine
import Synchronization
import Testing

/// Counts how often each task ran, and whether two calls of one thread number overlapped.
@safe private struct Tally {
    var counts: UnsafeMutablePointer<Int>
    var isBusy: UnsafeMutablePointer<Bool>
    var overlaps: UnsafeMutablePointer<Int>
    var rounds: Int
}

private let tally: ThreadPool.Body = { context, begin, end, thread in
    let tally = unsafe context.assumingMemoryBound(to: Tally.self).pointee
    if unsafe tally.isBusy[thread] { unsafe tally.overlaps.pointee += 1 }
    unsafe tally.isBusy[thread] = true
    for task in begin..<end {
        var value = task
        for _ in 0..<tally.rounds { value = value &* 6_364_136_223_846_793_005 &+ 1 }
        unsafe tally.counts[task] += value == 42 && tally.rounds > 0 ? 2 : 1
    }
    unsafe tally.isBusy[thread] = false
}

struct ThreadPoolTests {
    @Test(arguments: [1, 2, 3, 4, 7], [(1, 1), (2, 1), (5, 2), (64, 1), (1000, 7), (1000, 5000)])
    func everyTaskRunsOnce(threads: Int, job: (tasks: Int, grain: Int)) throws {
        let pool = try ThreadPool(count: threads)
        let counts = UnsafeMutablePointer<Int>.allocate(capacity: job.tasks)
        let isBusy = UnsafeMutablePointer<Bool>.allocate(capacity: threads)
        let overlaps = UnsafeMutablePointer<Int>.allocate(capacity: 1)
        defer {
            unsafe counts.deallocate()
            unsafe isBusy.deallocate()
            unsafe overlaps.deallocate()
        }
        unsafe counts.initialize(repeating: 0, count: job.tasks)
        unsafe isBusy.initialize(repeating: false, count: threads)
        unsafe overlaps.initialize(to: 0)
        let repetitions = 200
        var context = unsafe Tally(counts: counts, isBusy: isBusy, overlaps: overlaps, rounds: 50)
        for _ in 0..<repetitions {
            unsafe pool.run(tasks: job.tasks, grain: job.grain, context: &context, body: tally)
        }
        for task in 0..<job.tasks { #expect(unsafe counts[task] == repetitions) }
        #expect(unsafe overlaps.pointee == 0)
    }

    @Test func helpersWakeAfterTheyWentToSleep() throws {
        let pool = try ThreadPool(count: 3)
        for round in 1...3 {
            // Long after the time that helpers spin, the next job finds them all.
            if round > 1 { spin(milliseconds: 5) }
            runRendezvous(on: pool)
        }
    }

    /// A job of three tasks, each of which waits for the other two.
    private func runRendezvous(on pool: ThreadPool) {
        let counter = UnsafeMutablePointer<Atomic<Int>>.allocate(capacity: 1)
        unsafe counter.initialize(to: Atomic(0))
        unsafe pool.run(tasks: 3, context: counter) { context, _, _, _ in
            let counter = unsafe context.assumingMemoryBound(to: Atomic<Int>.self)
            unsafe counter.pointee.add(1, ordering: .sequentiallyConsistent)
            while unsafe counter.pointee.load(ordering: .sequentiallyConsistent) < 3 {}
        }
        #expect(unsafe counter.pointee.load(ordering: .relaxed) == 3)
        unsafe counter.deinitialize(count: 1)
        unsafe counter.deallocate()
    }

    private func spin(milliseconds: Int) {
        let clock = ContinuousClock()
        let end = clock.now + .milliseconds(milliseconds)
        while clock.now < end {}
    }

    @Test func aCountBelowOneIsRefused() {
        let error = #expect(throws: EngineError.self) { try ThreadPool(count: 0) }
        #expect(error?.code == .invalidOption)
        #expect(error?.message.contains("0 threads") ?? false)
    }
}
