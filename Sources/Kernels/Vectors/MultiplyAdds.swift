internal import CIntrinsics
internal import KernelInterface

/// ``KernelTable/multiplyAdds``: twelve sums, as many of them at a time as the registers hold.
func runMultiplyAdds(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, MultiplyAddArguments.self)
    let target = unsafe Target(scratch)
    for _ in begin..<end {
        target.store(zeroVector, 0)
        switch heldSums {
        case 12: SumChains<12>.run(arguments, target)
        case 6: SumChains<6>.run(arguments, target)
        default: SumChains<3>.run(arguments, target)
        }
    }
}

/// How many sums of sixteen lanes fill twelve registers.
private var heldSums: Int { APUS_INSTRUCTION_SET == 2 ? 12 : APUS_INSTRUCTION_SET == 1 ? 6 : 3 }

/// `count` sums that live in registers.
private enum SumChains<let count: Int> {
    @inline(__always) static func run(_ arguments: MultiplyAddArguments, _ target: Target) {
        var first = 0
        while first < MultiplyAddArguments.sums {
            runPass(arguments, first, target)
            first &+= count
        }
    }

    @inline(never) private static func runPass(
        _ arguments: MultiplyAddArguments,
        _ first: Int,
        _ target: Target
    ) {
        let (factor, addend) = (splat(arguments.factor), splat(arguments.addend))
        var sums = zeroed(InlineArray<count, Vector>.self)
        // The sums differ: of equal ones the compiler would make one.
        for index in 0..<count { sums[index] = splat(Float(first &+ index)) }
        for _ in 0..<arguments.rounds {
            for index in 0..<count { sums[index] = multiplyAdd(sums[index], factor, addend) }
        }
        var total = target.vector(0)
        for index in 0..<count { total += sums[index] }
        target.store(total, 0)
    }
}
