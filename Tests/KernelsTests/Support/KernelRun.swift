import KernelInterface
import Kernels
import KernelsAVX2
import KernelsAVX512
import KernelsAVX512BF16
import Testing

/// The tables that this machine can run.
enum Tables {
    static let all: [KernelTable] = [
        Kernels.kernelTable, KernelsAVX2.kernelTable, KernelsAVX512.kernelTable, pairs,
    ].filter { $0.instructionSet.isSupported }

    /// All, and those that choose among the same code by other rules.
    static let choosing = all + [KernelTable(instructionSet: .zen4, over: pairs)]

    private static let pairs = KernelsAVX512BF16.kernelTable(over: KernelsAVX512.kernelTable)
}

/// Runs kernels and checks what holds for all of them.
enum KernelRun {
    /// Runs all tasks at once, then each alone from the last to the first, and demands the same bits of `output`,
    /// and that nothing was written outside of output and scratch.
    ///
    /// `prepare` sets up what the kernel reads of its output.
    static func run<Arguments>(
        _ row: KernelRow,
        _ arguments: Arguments,
        output: GuardedFloats,
        context: String,
        prepare: () -> Void = {}
    ) {
        unsafe withUnsafePointer(to: arguments) { pointer in
            let count = unsafe row.taskCount(pointer)
            let scratch = GuardedFloats(count: unsafe row.scratchFloats(pointer))
            for task in (0..<count).reversed() {
                if task == count - 1 { prepare() }
                unsafe row.entry(pointer, task, task + 1, scratch.pointer)
            }
            let single = output.bits
            output.reset()
            scratch.reset()
            prepare()
            unsafe row.entry(pointer, 0, count, scratch.pointer)
            #expect(output.bits == single, "\(row.name) depends on the split of \(count) tasks: \(context)")
            #expect(output.guardsAreIntact, "\(row.name) wrote outside of its output: \(context)")
            #expect(scratch.guardsAreIntact, "\(row.name) wrote outside of its scratch: \(context)")
        }
    }

    /// Demands that `values` lie within `bound` times the largest magnitude of `expected` of it.
    ///
    /// The default is three times what sums of a thousand float32 products lose at worst in these tests.
    static func compare(
        _ values: [Float],
        _ expected: [Float],
        bound: Float = 5e-6,
        _ context: String
    ) {
        guard values.count == expected.count else {
            Issue.record("\(values.count) values, expected \(expected.count): \(context)")
            return
        }
        let largest = expected.reduce(Float(1e-3)) { $1.isFinite ? max($0, abs($1)) : $0 }
        for (index, (value, wanted)) in zip(values, expected).enumerated() {
            let isClose = abs(value - wanted) <= bound * largest || value == wanted
            if !isClose {
                Issue.record("element \(index) is \(value), expected \(wanted): \(context)")
                return
            }
        }
    }
}
