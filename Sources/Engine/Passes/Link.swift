internal import KernelInterface
internal import Tensors

/// Puts addresses into the steps: the last pass.
enum Link {
    static func apply(
        _ program: DraftProgram,
        segments: [Segment],
        plan: ActivationPlan,
        constants: consuming PackedConstants,
        table: KernelTable,
        maximumBatch: Int,
        threads: Int
    ) -> LinkedProgram {
        let places = argumentPlaces(program)
        let lanes = Schedule.laneCount(maximumBatch: maximumBatch, threads: threads)
        let arguments = AlignedBuffer(byteCount: places.byteCount * lanes)
        let arena = AlignedBuffer(byteCount: plan.arenaByteCount(lanes: lanes) + slack)
        var linker = unsafe Linker(
            program: program,
            plan: plan,
            table: table,
            arguments: arguments.bytes,
            arena: arena.bytes,
            lanes: lanes,
            argumentBytesPerLane: places.byteCount,
            threads: threads
        )
        for segment in segments {
            for index in segment.steps {
                unsafe linker.add(
                    program.steps[index],
                    at: places.offsets[index],
                    picturesPerPass: segment.picturesPerPass
                ) { unsafe constants.address($0) }
            }
        }
        // A cache line apart, and each thread's part at a multiple of 64 bytes.
        let scratchFloats = (linker.scratchFloats + 15) / 16 * 16 + 16
        return LinkedProgram(
            segments: segments,
            steps: linker.steps,
            patches: linker.patches,
            counts: linker.counts,
            launches: linker.launches,
            pictures: LanePictures(segments: segments.count, lanes: lanes),
            externals: [UInt](repeating: 0, count: linker.externalCount),
            constants: constants,
            lanes: lanes,
            arguments: arguments,
            argumentBytesPerLane: places.byteCount,
            arena: arena,
            scratch: AlignedBuffer(byteCount: scratchFloats * 4 * threads),
            scratchFloatsPerThread: scratchFloats
        )
    }

    /// Bytes behind the arena's last block.
    private static let slack = 64

    private static func argumentPlaces(_ program: DraftProgram) -> (offsets: [Int], byteCount: Int) {
        var offsets: [Int] = []
        var total = 0
        for step in program.steps {
            offsets.append(total)
            total += (step.arguments.count + 63) / 64 * 64
        }
        return (offsets, total)
    }
}

/// The linked steps as they grow.
@safe private struct Linker {
    let program: DraftProgram
    let plan: ActivationPlan
    let table: KernelTable
    let arguments: UnsafeMutableRawBufferPointer
    let arena: UnsafeMutableRawBufferPointer
    let lanes: Int
    let argumentBytesPerLane: Int
    let threads: Int
    var steps: [LinkedProgram.Step] = []
    var patches: [LinkedProgram.Patch] = []
    var counts: [LinkedProgram.Count] = []
    var launches: [LinkedProgram.Launch] = []
    var scratchFloats = 0
    var externalCount = 1

    init(
        program: DraftProgram,
        plan: ActivationPlan,
        table: KernelTable,
        arguments: UnsafeMutableRawBufferPointer,
        arena: UnsafeMutableRawBufferPointer,
        lanes: Int,
        argumentBytesPerLane: Int,
        threads: Int
    ) {
        self.program = program
        self.plan = plan
        self.table = table
        unsafe self.arguments = arguments
        unsafe self.arena = arena
        self.lanes = lanes
        self.argumentBytesPerLane = argumentBytesPerLane
        self.threads = threads
    }

    mutating func add(
        _ draft: StepDraft,
        at offset: Int,
        picturesPerPass: Int,
        constantAddress: (Int) -> UnsafeMutableRawPointer
    ) {
        guard let start = unsafe arguments.baseAddress else { preconditionFailure("a buffer has an address") }
        let target = unsafe start + offset
        for lane in 0..<lanes {
            let target = unsafe target + lane * argumentBytesPerLane
            unsafe draft.arguments.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                unsafe target.copyMemory(from: base, byteCount: bytes.count)
            }
            for pointer in draft.constants {
                let address = unsafe UInt(bitPattern: constantAddress(pointer.constant))
                unsafe target.storeBytes(of: address, toByteOffset: pointer.fieldOffset, as: UInt.self)
            }
            for pointer in draft.reads + draft.writes { unsafe setPointer(pointer, in: target, lane: lane) }
        }
        let (firstPatch, firstCount) = (patches.count, counts.count)
        for pointer in draft.reads + draft.writes { unsafe addPatch(pointer, in: target) }
        for count in draft.counts {
            counts.append(
                unsafe LinkedProgram.Count(
                    field: (target + count.fieldOffset).assumingMemoryBound(to: Int.self),
                    perPicture: count.perPicture
                )
            )
        }
        let row = table[draft.kernel]
        unsafe scratchFloats = max(scratchFloats, row.scratchFloats(target))
        let firstLaunch = launches.count
        unsafe addLaunches(draft, row, target, firstCount, picturesPerPass)
        let output = draft.writes.compactMap { plan.locations[$0.place.block].external }.first ?? 0
        externalCount = max(externalCount, output + 1)
        steps.append(
            unsafe LinkedProgram.Step(
                entry: row.entry,
                arguments: target,
                patches: firstPatch..<patches.count,
                counts: firstCount..<counts.count,
                firstLaunch: firstLaunch,
                output: output - 1
            )
        )
    }

    /// The address of a pointer's first picture; of the caller's memory, the distance from its start.
    private func address(_ pointer: StepDraft.Pointer, lane: Int) -> UInt {
        let location = plan.locations[pointer.place.block]
        var distance = location.byteOffset + pointer.place.offset * 4
        guard location.external == nil else { return UInt(distance) }
        if !location.holdsBatch { distance += lane * plan.laneByteCount }
        guard let start = unsafe arena.baseAddress else { preconditionFailure("a buffer has an address") }
        return unsafe UInt(bitPattern: start + distance)
    }

    private func setPointer(_ pointer: StepDraft.Pointer, in target: UnsafeMutableRawPointer, lane: Int) {
        guard plan.locations[pointer.place.block].external == nil else { return }
        let address = address(pointer, lane: lane)
        unsafe target.storeBytes(of: address, toByteOffset: pointer.fieldOffset, as: UInt.self)
    }

    private mutating func addPatch(_ pointer: StepDraft.Pointer, in target: UnsafeMutableRawPointer) {
        let location = plan.locations[pointer.place.block]
        guard location.holdsBatch else { return }
        patches.append(
            unsafe LinkedProgram.Patch(
                field: (target + pointer.fieldOffset).assumingMemoryBound(to: UInt.self),
                external: location.external ?? -1,
                base: address(pointer, lane: 0),
                bytesPerPicture: UInt(location.bytesPerPicture)
            )
        )
    }

    /// How the tasks are handed out for each number of pictures.
    private mutating func addLaunches(
        _ draft: StepDraft,
        _ row: KernelRow,
        _ target: UnsafeMutableRawPointer,
        _ firstCount: Int,
        _ picturesPerPass: Int
    ) {
        let bytes = Schedule.activationBytes(draft, program)
        let weightBytes = Schedule.weightBytes(draft, program)
        for pictures in (1...picturesPerPass).reversed() {
            for count in counts[firstCount...] { unsafe count.field.pointee = count.perPicture * pictures }
            let tasks = unsafe row.taskCount(target)
            // In units of what a core does in a nanosecond, roughly: below some microseconds a fork costs more than it gives.
            let work = (draft.multiplyAccumulates / 64 + bytes / 16) * pictures + weightBytes / 32
            // What a copy serves is not torn apart, as long as each thread has two ranges.
            let together = unsafe min(row.tasksPerCopy(target), tasks / (threads * 2))
            let grain = work < 4000 ? tasks : max(tasks / (threads * 32), together)
            launches.append(LinkedProgram.Launch(tasks: tasks, grain: max(grain, 1)))
        }
        launches[(launches.count - picturesPerPass)...].reverse()
    }
}
