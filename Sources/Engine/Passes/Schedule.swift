internal import KernelInterface

/// A run of steps that the pictures of a batch go through a few at a time.
struct Segment: Sendable, Hashable {
    /// The steps.
    var steps: Range<Int>
    /// The most pictures of a pass.
    var picturesPerPass: Int
}

/// Cuts the steps into segments: early layers, whose activations are large, go picture by picture and stay in the
/// caches; late layers, whose weights are large, take many pictures for each time that the weights are read.
///
/// It changes the order of the work and no result. The rule: a step wants as many pictures as their activations fill
/// three quarters of a second-level cache, or until the activations weigh as much as its weights; no step goes with more
/// than any later one, so that there are few segments and the batch only ever comes together.
///
/// Where a batch has a picture for every thread at least, each thread takes passes of its own, in a lane: nobody waits for
/// another between steps, and a pass stays in the cache of its core. Otherwise the threads share each step of a pass.
enum Schedule {
    static func apply(
        _ program: DraftProgram,
        maximumBatch: Int,
        caches: CacheSizes,
        threads: Int
    ) -> [Segment] {
        let lanes = laneCount(maximumBatch: maximumBatch, threads: threads)
        let budget = caches.level2 / 4 * 3 * (lanes > 1 ? 1 : threads)
        let most = max(maximumBatch / lanes, 1)
        var wanted: [Int] = program.steps.map { step in
            let activations = max(activationBytes(step, program), 1)
            let weights = weightBytes(step, program)
            let pictures = max(1, budget / activations, weights / activations)
            return min(powerOfTwo(notAbove: pictures), most)
        }
        for index in wanted.indices.dropLast().reversed() {
            wanted[index] = min(wanted[index], wanted[index + 1])
        }
        var segments: [Segment] = []
        for (index, pictures) in wanted.enumerated() {
            if let last = segments.last, last.picturesPerPass == pictures {
                segments[segments.count - 1].steps = last.steps.lowerBound..<index + 1
            } else {
                segments.append(Segment(steps: index..<index + 1, picturesPerPass: pictures))
            }
        }
        return segments
    }

    /// Passes that go on at the same time: one for each thread, or one that they share.
    static func laneCount(maximumBatch: Int, threads: Int) -> Int { maximumBatch >= threads ? threads : 1 }

    /// Bytes of one picture that a step reads and writes.
    static func activationBytes(_ step: StepDraft, _ program: DraftProgram) -> Int {
        let blocks = Set((step.reads + step.writes).map(\.place.block))
        return blocks.reduce(0) { sum, block in
            let block = program.blocks[block]
            return sum + (block.ownFloatsPerPicture ?? block.floatsPerPicture) * 4
        }
    }

    /// Bytes of constants that a step reads.
    static func weightBytes(_ step: StepDraft, _ program: DraftProgram) -> Int {
        step.constants.reduce(0) { $0 + program.constants[$1.constant].byteCount }
    }

    private static func powerOfTwo(notAbove value: Int) -> Int {
        1 << (Int.bitWidth - 1 - value.leadingZeroBitCount)
    }
}
