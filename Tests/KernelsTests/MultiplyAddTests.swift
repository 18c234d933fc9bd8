import KernelInterface
import Testing

@Suite struct MultiplyAddTests {
    @Test(arguments: Tables.all, [0, 1, 40])
    func everySumTakesEveryRound(table: KernelTable, rounds: Int) {
        let arguments = MultiplyAddArguments(rounds: rounds, factor: 1, addend: 0.25)
        let scratch = GuardedFloats(count: 16)
        unsafe withUnsafePointer(to: arguments) { pointer in
            unsafe table.multiplyAdds(pointer, 0, 3, scratch.pointer)
        }
        // 0 + 1 + ... + 11, and a quarter for each round of the twelve: exact in any order.
        let total = 66 + 12 * 0.25 * Float(rounds)
        for lane in 0..<16 { #expect(unsafe scratch.pointer[lane] == total) }
        #expect(scratch.guardsAreIntact)
        #expect(arguments.operationsPerTask == 12 * 16 * 2 * rounds)
    }

    @Test(arguments: Tables.all) func productsCountToo(table: KernelTable) {
        let arguments = MultiplyAddArguments(rounds: 60)
        let scratch = GuardedFloats(count: 16)
        unsafe withUnsafePointer(to: arguments) { pointer in
            unsafe table.multiplyAdds(pointer, 0, 1, scratch.pointer)
        }
        // Each of the twelve sums has halved its distance to 1 sixty times.
        for lane in 0..<16 { #expect(unsafe scratch.pointer[lane] == 12) }
    }
}
