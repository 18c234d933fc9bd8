import Engine
import Testing

struct PlanMemoryTests {
    @Test(arguments: 0..<200)
    func blocksThatLiveTogetherNeverOverlap(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        let blocks = (0..<Int.random(in: 1...60, using: &random)).map { _ in
            let first = Int.random(in: 0...40, using: &random)
            return MemoryPlanner.Block(
                byteCount: Int.random(in: 0...5000, using: &random),
                lifetime: first...(first + Int.random(in: 0...15, using: &random))
            )
        }
        let plan = MemoryPlanner.plan(blocks)
        #expect(plan.offsets.count == blocks.count)
        for (index, block) in blocks.enumerated() {
            #expect(plan.offsets[index] % 64 == 0)
            #expect(plan.offsets[index] + block.byteCount <= plan.byteCount)
            for other in 0..<index where blocks[other].lifetime.overlaps(block.lifetime) {
                let isApart =
                    plan.offsets[index] + block.byteCount <= plan.offsets[other]
                    || plan.offsets[other] + blocks[other].byteCount <= plan.offsets[index]
                #expect(isApart || block.byteCount == 0 || blocks[other].byteCount == 0)
            }
        }
        let most = (0...60).map { step in
            blocks.filter { $0.lifetime.contains(step) }.reduce(0) { $0 + $1.byteCount }
        }.max()
        #expect(plan.byteCount >= most ?? 0)
    }

    @Test func aChainSharesTwoBlocks() {
        let blocks = (0..<10).map { MemoryPlanner.Block(byteCount: 640, lifetime: $0...($0 + 1)) }
        #expect(MemoryPlanner.plan(blocks).byteCount == 1280)
    }

    @Test func aSmallBlockTakesTheSmallestGap() {
        let plan = MemoryPlanner.plan([
            .init(byteCount: 1024, lifetime: 0...0), .init(byteCount: 512, lifetime: 0...9),
            .init(byteCount: 448, lifetime: 0...0), .init(byteCount: 384, lifetime: 0...9),
            .init(byteCount: 320, lifetime: 5...5),
        ])
        // The places of the first (0..<1024) and the third (1536..<1984) are free at step 5: the smaller fits.
        #expect(plan.offsets[4] == 1536)
    }
}

/// A small random generator with a seed.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
