import Engine
import Testing

@Suite struct TaskSharesTests {
    /// All pieces that one thread gets of a job.
    private static func pieces(
        _ shares: borrowing TaskShares,
        thread: Int,
        job: UInt64,
        tasks: Int,
        grain: Int
    )
        -> [Range<Int>]
    {
        var pieces: [Range<Int>] = []
        while let piece = shares.take(thread: thread, job: job, tasks: tasks, grain: grain) {
            pieces.append(piece)
        }
        return pieces
    }

    @Test func aThreadBeginsWithItsOwnShareAndHelpsWithTheOthers() {
        let shares = TaskShares(count: 3)
        let pieces = Self.pieces(shares, thread: 1, job: 7, tasks: 10, grain: 2)
        #expect(pieces == [3..<5, 5..<6, 6..<8, 8..<10, 0..<2, 2..<3])
        #expect(shares.take(thread: 0, job: 7, tasks: 10, grain: 2) == nil)
    }

    @Test func piecesGetSmallerTowardsTheEndOfAShare() {
        let shares = TaskShares(count: 2)
        let all = Self.pieces(shares, thread: 0, job: 1, tasks: 64, grain: 2)
        let pieces = all.prefix { $0.upperBound <= 32 }
        #expect(pieces.map(\.count) == [8, 6, 4, 2, 2, 2, 2, 2, 2, 2])
        #expect(pieces.first?.lowerBound == 0)
        #expect(pieces.last?.upperBound == 32)
    }

    @Test func threadsShareEachTaskOnce() {
        let shares = TaskShares(count: 4)
        for job in UInt64(1)..<20 {
            let tasks = Int(job) * 3 % 17
            var seen = [Int](repeating: 0, count: tasks)
            var thread = 0
            while let piece = shares.take(thread: thread, job: job, tasks: tasks, grain: 1 + tasks % 3) {
                for task in piece { seen[task] += 1 }
                thread = (thread + 3) % 4
            }
            #expect(seen.allSatisfy { $0 == 1 })
        }
    }

    @Test func piecesOfManyTasksAreFewEnoughToCount() {
        #expect(TaskShares.grain(1, tasks: 1000) == 1)
        #expect(TaskShares.grain(0, tasks: 1000) == 1)
        #expect(TaskShares.grain(1, tasks: 1 << 40) == 1 << 20)
    }
}
