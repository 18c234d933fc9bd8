public import Engine
public import KernelInterface
import Tensors

/// What the machine does at most: multiply-adds in registers, without a single load or store.
public enum PeakRate {
    /// Multiply-adds of each sum in a task: some tens of microseconds, much longer than a pool takes to hand it out.
    private static let rounds = 8192

    /// Floating-point operations a second of the vector units of the calling thread's core under `instructionSet`.
    ///
    /// Precondition: the processor supports the instruction set.
    public static func ofOneThread(_ instructionSet: InstructionSet) -> Double {
        let table = instructionSet.kernels
        let scratch = AlignedBuffer(byteCount: 64)
        return unsafe fastest(tasks: 50) { arguments, tasks in
            unsafe table.multiplyAdds(arguments, 0, tasks, KernelBenchmark.floats(scratch))
        }
    }

    /// The same of all threads of `pool` together.
    ///
    /// Precondition: as of ``ofOneThread(_:)``.
    public static func ofAllThreads(_ instructionSet: InstructionSet, _ pool: ThreadPool) -> Double {
        let scratch = AlignedBuffer(byteCount: 64 * pool.count)
        return pool.withPinnedCaller {
            unsafe fastest(tasks: 50 * pool.count) { arguments, tasks in
                var call = unsafe Call(
                    entry: instructionSet.kernels.multiplyAdds,
                    arguments: arguments,
                    scratch: KernelBenchmark.floats(scratch)
                )
                unsafe pool.run(tasks: tasks, context: &call) { context, begin, end, thread in
                    let call = unsafe context.assumingMemoryBound(to: Call.self).pointee
                    unsafe call.entry(call.arguments, begin, end, call.scratch + thread * 16)
                }
            }
        }
    }

    /// What the pool hands to each thread.
    @safe private struct Call {
        let entry: KernelEntry
        let arguments: UnsafeRawPointer
        let scratch: UnsafeMutablePointer<Float>
    }

    /// The rate of the fastest of thirty runs of `tasks` tasks, a millisecond or more each: a core takes a while to clock
    /// up, and others may have it now and then.
    private static func fastest(tasks: Int, _ run: (UnsafeRawPointer, Int) -> Void) -> Double {
        let arguments = MultiplyAddArguments(rounds: rounds)
        let shortest = unsafe withUnsafePointer(to: arguments) { pointer in
            (0..<30).map { _ in
                let start = ContinuousClock.now
                unsafe run(UnsafeRawPointer(pointer), tasks)
                return ContinuousClock.now - start
            }.min() ?? .zero
        }
        return Double(arguments.operationsPerTask * tasks) / (shortest / .seconds(1))
    }
}
