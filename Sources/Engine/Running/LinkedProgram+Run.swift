internal import KernelInterface
internal import Tensors

extension LinkedProgram {
    /// Runs all segments over `batch` pictures; ``externals`` are set.
    ///
    /// With `stepNanoseconds`, one number a step, each step's time is added there.
    mutating func run(batch: Int, threads: ThreadPool, stepNanoseconds: UnsafeMutablePointer<UInt64>?) {
        guard let scratch = unsafe scratch.bytes.baseAddress else {
            preconditionFailure("a buffer has an address")
        }
        for number in segments.indices {
            let segment = segments[number]
            var first = 0
            while first < batch {
                let count = min(segment.picturesPerPass, batch - first)
                setCounts(of: number, to: count)
                for index in segment.steps {
                    let step = steps[index]
                    if step.output >= 0, externals[1 + step.output] == 0 { continue }
                    point(step, to: first)
                    let start = unsafe stepNanoseconds == nil ? 0 : monotonicNanoseconds()
                    let launch = launches[step.firstLaunch + count - 1]
                    var call = unsafe KernelCall(
                        entry: step.entry,
                        arguments: UnsafeRawPointer(step.arguments),
                        scratch: scratch.assumingMemoryBound(to: Float.self),
                        scratchFloats: scratchFloatsPerThread
                    )
                    unsafe threads.run(
                        tasks: launch.tasks,
                        grain: launch.grain,
                        context: &call,
                        body: KernelCall.run
                    )
                    if let stepNanoseconds = unsafe stepNanoseconds {
                        unsafe stepNanoseconds[index] += monotonicNanoseconds() - start
                    }
                }
                first += count
            }
        }
    }

    private mutating func setCounts(of number: Int, to pictures: Int) {
        guard self.pictures[number] != pictures else { return }
        self.pictures[number] = pictures
        for index in segments[number].steps {
            for count in steps[index].counts {
                let count = counts[count]
                unsafe count.field.pointee = count.perPicture * pictures
            }
        }
    }

    private func point(_ step: Step, to picture: Int) {
        for index in step.patches {
            let patch = patches[index]
            let start = patch.external < 0 ? 0 : externals[patch.external]
            unsafe patch.field.pointee = start + patch.base + UInt(picture) * patch.bytesPerPicture
        }
    }
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
