internal import KernelInterface
internal import Tensors

extension LinkedProgram {
    /// Runs all segments over `batch` pictures; ``externals`` are set.
    ///
    /// With `times` the time of each step is added there: where lanes work at the same time, their mean.
    func run(batch: Int, threads: ThreadPool, times: StepTimes?) {
        for number in segments.indices {
            let pictures = segments[number].picturesPerPass
            let rounds = lanes > 1 ? batch / (pictures * lanes) : 0
            if rounds > 0 { runLanes(of: number, passes: rounds * lanes, threads, times) }
            var first = rounds * lanes * pictures
            while first < batch {
                let count = min(pictures, batch - first)
                runPass(of: number, first: first, count: count, lane: 0, times) { step, launch in
                    var call = unsafe KernelCall(
                        entry: step.entry,
                        arguments: UnsafeRawPointer(step.arguments),
                        scratch: scratchStart,
                        scratchFloats: scratchFloatsPerThread
                    )
                    unsafe threads.run(
                        tasks: launch.tasks,
                        grain: launch.grain,
                        context: &call,
                        body: KernelCall.run
                    )
                }
                first += count
            }
        }
    }

    /// Runs the first passes of a segment, each by one thread in its lane.
    private func runLanes(
        of segment: Int,
        passes: Int,
        _ threads: ThreadPool,
        _ times: StepTimes?
    ) {
        unsafe withUnsafePointer(to: self) { program in
            var job = unsafe LaneJob(program: program, segment: segment, times: times)
            unsafe threads.run(tasks: passes, context: &job) { context, begin, end, thread in
                let job = unsafe context.assumingMemoryBound(to: LaneJob.self).pointee
                for pass in begin..<end { unsafe job.program.pointee.runAlone(pass, job, lane: thread) }
            }
        }
    }

    fileprivate func runAlone(_ pass: Int, _ job: LaneJob, lane: Int) {
        let count = segments[job.segment].picturesPerPass
        let offset = lane * argumentBytesPerLane
        let scratch = unsafe scratchStart + lane * scratchFloatsPerThread
        runPass(of: job.segment, first: pass * count, count: count, lane: lane, job.times, sharers: lanes) {
            step,
            launch in
            unsafe step.entry(step.arguments + offset, 0, launch.tasks, scratch)
        }
    }

    /// Calls `launch` for each step of a segment, its arguments set for `count` pictures from `first` on.
    @inline(__always)
    private func runPass(
        of number: Int,
        first: Int,
        count: Int,
        lane: Int,
        _ times: StepTimes?,
        sharers: Int = 1,
        launch: (Step, Launch) -> Void
    ) {
        let offset = lane * argumentBytesPerLane
        let isNew = pictures.set(count, lane: lane, segment: number)
        for index in segments[number].steps {
            let step = steps[index]
            if isNew { setCounts(step, to: count, offset) }
            if step.output >= 0, externals[1 + step.output] == 0 { continue }
            point(step, to: first, offset)
            guard let times else {
                launch(step, launches[step.firstLaunch + count - 1])
                continue
            }
            let start = monotonicNanoseconds()
            launch(step, launches[step.firstLaunch + count - 1])
            times.add((monotonicNanoseconds() - start) / UInt64(sharers), step: index, lane: lane)
        }
    }

    private func setCounts(_ step: Step, to pictures: Int, _ offset: Int) {
        for index in step.counts {
            let count = counts[index]
            let field = unsafe UnsafeMutableRawPointer(count.field) + offset
            unsafe field.storeBytes(of: count.perPicture * pictures, as: Int.self)
        }
    }

    private func point(_ step: Step, to picture: Int, _ offset: Int) {
        for index in step.patches {
            let patch = patches[index]
            let start = patch.external < 0 ? 0 : externals[patch.external]
            let field = unsafe UnsafeMutableRawPointer(patch.field) + offset
            let address = start + patch.base + UInt(picture) * patch.bytesPerPicture
            unsafe field.storeBytes(of: address, as: UInt.self)
        }
    }

    private var scratchStart: UnsafeMutablePointer<Float> {
        guard let start = unsafe scratch.bytes.baseAddress else {
            preconditionFailure("a buffer has an address")
        }
        return unsafe start.assumingMemoryBound(to: Float.self)
    }
}

/// What the threads share that take passes of a segment.
@safe private struct LaneJob {
    let program: UnsafePointer<LinkedProgram>
    let segment: Int
    let times: StepTimes?
}

/// What the pool hands to each thread of a step.
@safe private struct KernelCall {
    let entry: KernelEntry
    let arguments: UnsafeRawPointer
    let scratch: UnsafeMutablePointer<Float>
    let scratchFloats: Int

    static let run: ThreadPool.Body = { context, begin, end, thread in
        let call = unsafe context.assumingMemoryBound(to: KernelCall.self).pointee
        unsafe call.entry(call.arguments, begin, end, call.scratch + thread * call.scratchFloats)
    }
}
