import Synchronization

/// The tasks of a job, a share of neighbours for each thread: whoever has done with his own helps with the others'.
///
/// Tasks that are neighbours in one layer mostly work on what neighbours in the layer before made, so a thread finds it in its
/// core's cache. Each share has a word: the job that it was last used in (upper 40 bits) and the pieces taken in that (lower
/// 24). A word of an earlier job counts as untouched, hence nothing is reset between jobs.
///
/// `@safe`: it owns the words, which threads change by compare-and-swap only.
@safe package struct TaskShares: ~Copyable, Sendable {
    private static let pieceBits: UInt64 = 24
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

    /// The size of a piece of `tasks` where `grain` is wanted: at most 2^24 pieces a share.
    package static func grain(_ grain: Int, tasks: Int) -> Int { max(grain, 1, tasks >> 20) }

    /// Takes a piece of `grain` tasks of the job's `tasks` for a thread, of its own share first.
    ///
    /// - Returns: nil when none is left.
    package func take(thread: Int, job: UInt64, tasks: Int, grain: Int) -> Range<Int>? {
        for distance in 0..<count {
            let share = (thread + distance) % count
            let (begin, end) = (tasks * share / count, tasks * (share + 1) / count)
            if begin < end,
                let piece = takePiece(of: share, job: job, count: (end - begin + grain - 1) / grain)
            {
                let first = begin + piece * grain
                return first..<min(first + grain, end)
            }
        }
        return nil
    }

    private func takePiece(of share: Int, job: UInt64, count: Int) -> Int? {
        let word = unsafe words + share * Self.stride
        let stamp = job << Self.pieceBits
        var seen = unsafe word.pointee.load(ordering: .relaxed)
        while true {
            let taken = (seen ^ stamp) >> Self.pieceBits == 0 ? seen & ((1 << Self.pieceBits) - 1) : 0
            guard taken < UInt64(count) else { return nil }
            let (exchanged, original) = unsafe word.pointee.weakCompareExchange(
                expected: seen,
                desired: stamp | (taken + 1),
                ordering: .relaxed
            )
            if exchanged { return Int(taken) }
            seen = original
        }
    }
}
