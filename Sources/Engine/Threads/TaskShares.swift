import Synchronization

/// The tasks of a job, a share of neighbours for each thread: whoever has done with his own helps with the others'.
///
/// Tasks that are neighbours in one layer mostly work on what neighbours in the layer before made, so a thread finds it in its
/// core's cache. A thread takes a quarter of what a share still has: large pieces first, the smallest at the end, where they
/// level out what the threads differ in. Each share has a word: the job that it was last used in (upper 40 bits) and the
/// grains taken in that (lower 24). A word of an earlier job counts as untouched, hence nothing is reset between jobs.
///
/// `@safe`: it owns the words, which threads change by compare-and-swap only.
@safe package struct TaskShares: ~Copyable, Sendable {
    private static let grainBits: UInt64 = 24
    /// Words between the shares: two cache lines, which CPUs fetch in pairs.
    private static let stride = 16

    private nonisolated(unsafe) let words: UnsafeMutablePointer<Atomic<UInt64>>
    private let count: Int

    /// Shares for `count` threads.
    package init(count: Int) {
        self.count = count
        unsafe words = .allocate(capacity: count * Self.stride)
        for index in 0..<count * Self.stride { unsafe (words + index).initialize(to: Atomic(0)) }
    }

    deinit {
        unsafe words.deinitialize(count: count * Self.stride)
        unsafe words.deallocate()
    }

    /// The smallest piece of `tasks` where `grain` is wanted: at most 2^24 grains a share.
    package static func grain(_ grain: Int, tasks: Int) -> Int { max(grain, 1, tasks >> 20) }

    /// Takes a piece of the job's `tasks` for a thread, of its own share first: a quarter of what the share still has in whole
    /// grains, a grain at least; the last grain of a share may have fewer tasks.
    ///
    /// - Returns: nil when none is left.
    package func take(thread: Int, job: UInt64, tasks: Int, grain: Int) -> Range<Int>? {
        for distance in 0..<count {
            let share = (thread + distance) % count
            let (begin, end) = (tasks * share / count, tasks * (share + 1) / count)
            if begin < end,
                let grains = takeGrains(of: share, job: job, count: (end - begin + grain - 1) / grain)
            {
                let first = begin + grains.lowerBound * grain
                return first..<min(begin + grains.upperBound * grain, end)
            }
        }
        return nil
    }

    private func takeGrains(of share: Int, job: UInt64, count: Int) -> Range<Int>? {
        let word = unsafe words + share * Self.stride
        let stamp = job << Self.grainBits
        var seen = unsafe word.pointee.load(ordering: .relaxed)
        while true {
            let isOfJob = (seen ^ stamp) >> Self.grainBits == 0
            let first = isOfJob ? Int(seen & ((1 << Self.grainBits) - 1)) : 0
            guard first < count else { return nil }
            let end = first + max((count - first) / 4, 1)
            let (exchanged, original) = unsafe word.pointee.weakCompareExchange(
                expected: seen,
                desired: stamp | UInt64(end),
                ordering: .relaxed
            )
            if exchanged { return first..<end }
            seen = original
        }
    }
}
