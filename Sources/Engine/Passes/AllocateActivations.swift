internal import KernelInterface

/// Where every block of a program stands.
struct ActivationPlan: Sendable {
    /// Where one block stands.
    struct Location: Sendable, Hashable {
        /// The caller's memory: 0 for the pictures, 1 + n for output n; nil for the arena.
        var external: Int?
        /// Bytes from the start of the arena or of the caller's memory.
        var byteOffset: Int
        /// Bytes from a picture's part to the next picture's.
        var bytesPerPicture: Int
        /// Whether all pictures of a batch have their place; otherwise those of a pass, in each lane.
        var holdsBatch: Bool
    }

    /// The blocks' locations.
    var locations: [Location]
    /// What passes from a segment to another, at the arena's start.
    var shared: MemoryPlanner.Plan
    /// What a pass needs for itself, behind that, once for each lane: lanes are at different steps at the same time.
    var own: MemoryPlanner.Plan

    /// Bytes of a lane, a multiple of 64.
    var laneByteCount: Int { (own.byteCount + 63) / 64 * 64 }

    /// Bytes of the arena.
    func arenaByteCount(lanes: Int) -> Int { shared.byteCount + lanes * laneByteCount }
}

/// Gives every block a place: outputs take over the place of an input that nobody needs any more, where the
/// kernel allows it; blocks that pass from one segment to another hold the whole batch.
enum AllocateActivations {
    static func apply(_ program: DraftProgram, segments: [Segment], maximumBatch: Int) -> ActivationPlan {
        var uses = BlockUses(program)
        uses.takeOverInputs()
        var segmentOfStep: [Int] = []
        for (number, segment) in segments.enumerated() {
            segmentOfStep += [Int](repeating: number, count: segment.steps.count)
        }
        var (sharedBlocks, ownBlocks): ([MemoryPlanner.Block], [MemoryPlanner.Block]) = ([], [])
        var requestOfRoot: [Int: Int] = [:]
        var holdsBatch = [Bool](repeating: false, count: program.blocks.count)
        for root in program.blocks.indices where uses.isArenaRoot(root) {
            guard let steps = uses.lifetimes[root] else { continue }
            let first = segments[segmentOfStep[steps.lowerBound]]
            let last = segments[segmentOfStep[steps.upperBound]]
            holdsBatch[root] = first != last
            // A block between segments is there from the first pass of the one to the last pass of the other.
            let lifetime = holdsBatch[root] ? first.steps.lowerBound...last.steps.upperBound - 1 : steps
            let pictures = holdsBatch[root] ? maximumBatch : first.picturesPerPass
            let block = MemoryPlanner.Block(
                byteCount: program.blocks[root].floatsPerPicture * 4 * pictures,
                lifetime: lifetime
            )
            if holdsBatch[root] {
                requestOfRoot[root] = sharedBlocks.count
                sharedBlocks.append(block)
            } else {
                requestOfRoot[root] = ownBlocks.count
                ownBlocks.append(block)
            }
        }
        let shared = MemoryPlanner.plan(sharedBlocks)
        let own = MemoryPlanner.plan(ownBlocks)
        let locations = program.blocks.indices.map { block in
            let (root, offset) = uses.resolve(block)
            var location = ActivationPlan.Location(
                external: nil,
                byteOffset: offset * 4,
                bytesPerPicture: program.blocks[root].floatsPerPicture * 4,
                holdsBatch: true
            )
            switch program.blocks[root].place {
            case .input: location.external = 0
            case .output(let number): location.external = 1 + number
            case .arena, .view:
                location.holdsBatch = holdsBatch[root]
                let plan = holdsBatch[root] ? shared : own
                location.byteOffset += requestOfRoot[root].map { plan.offsets[$0] } ?? 0
                if !holdsBatch[root] { location.byteOffset += shared.byteCount }
            }
            return location
        }
        return ActivationPlan(locations: locations, shared: shared, own: own)
    }
}

/// When the blocks are used, and which share their floats.
private struct BlockUses {
    let program: DraftProgram
    /// Blocks that have taken over another block's place.
    var taken: [Int: Int] = [:]
    /// The steps that use each root, first to last.
    var lifetimes: [Int: ClosedRange<Int>] = [:]

    init(_ program: DraftProgram) {
        self.program = program
        for (index, step) in program.steps.enumerated() {
            for pointer in step.reads + step.writes {
                let root = resolve(pointer.place.block).root
                let first = lifetimes[root]?.lowerBound ?? index
                lifetimes[root] = first...index
            }
        }
    }

    /// The block whose floats `block` shares, and how many floats after its start.
    func resolve(_ block: Int) -> (root: Int, offset: Int) {
        var (current, offset) = (block, 0)
        while true {
            if let other = taken[current] {
                current = other
            } else if case .view(let parent, let distance) = program.blocks[current].place {
                (current, offset) = (parent, offset + distance)
            } else {
                return (current, offset)
            }
        }
    }

    func isArenaRoot(_ block: Int) -> Bool {
        taken[block] == nil && program.blocks[block].place == .arena
    }

    /// Lets outputs take over the place of inputs that end with the step.
    mutating func takeOverInputs() {
        for (index, step) in program.steps.enumerated() {
            guard step.writes.count == 1, let write = step.writes.first, write.place.offset == 0,
                isArenaRoot(write.place.block), let own = lifetimes[write.place.block],
                own.lowerBound == index
            else { continue }
            for candidate in step.inPlaceCandidates {
                let (root, offset) = resolve(candidate)
                let readers = step.reads.filter { resolve($0.place.block).root == root }
                guard offset == 0, isArenaRoot(root), root != write.place.block, readers.count == 1,
                    program.blocks[root].floatsPerPicture
                        == program.blocks[write.place.block].floatsPerPicture,
                    let lifetime = lifetimes[root], lifetime.upperBound == index
                else { continue }
                taken[write.place.block] = root
                lifetimes[root] = lifetime.lowerBound...own.upperBound
                lifetimes[write.place.block] = nil
                break
            }
        }
    }
}
