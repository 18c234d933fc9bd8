/// Places blocks of memory that live for a while into one arena.
///
/// Blocks that live at the same time never overlap; others may share their bytes.
public enum MemoryPlanner {
    /// A block that is wanted.
    public struct Block: Sendable, Hashable {
        /// Bytes of the block.
        public var byteCount: Int
        /// The first and the last step at which it holds something, both included.
        public var lifetime: ClosedRange<Int>

        /// Makes a block.
        public init(byteCount: Int, lifetime: ClosedRange<Int>) {
            self.byteCount = byteCount
            self.lifetime = lifetime
        }
    }

    /// Where the blocks stand.
    public struct Plan: Sendable, Hashable {
        /// The blocks' first bytes, in the order of the request, each a multiple of the alignment.
        public var offsets: [Int]
        /// Bytes of the arena.
        public var byteCount: Int
    }

    /// Plans the blocks: the largest first, each into the smallest gap that it fits among those that live at the
    /// same time, else after them.
    ///
    /// Complexity: quadratic in the number of blocks.
    public static func plan(_ blocks: [Block], alignment: Int = 64) -> Plan {
        var offsets = [Int](repeating: 0, count: blocks.count)
        var placed: [Int] = []
        var total = 0
        let sizes = blocks.map { ($0.byteCount + alignment - 1) / alignment * alignment }
        // Ties by position, so that the plan is the same every time.
        let order = blocks.indices.sorted { sizes[$0] != sizes[$1] ? sizes[$0] > sizes[$1] : $0 < $1 }
        for index in order where sizes[index] > 0 {
            let rivals = placed.filter { blocks[$0].lifetime.overlaps(blocks[index].lifetime) }
                .sorted { offsets[$0] < offsets[$1] }
            var best: (offset: Int, gap: Int)?
            var end = 0
            for rival in rivals {
                let gap = offsets[rival] - end
                if gap >= sizes[index], best.map({ gap < $0.gap }) ?? true { best = (end, gap) }
                end = max(end, offsets[rival] + sizes[rival])
            }
            offsets[index] = best?.offset ?? end
            total = max(total, offsets[index] + sizes[index])
            placed.append(index)
        }
        return Plan(offsets: offsets, byteCount: total)
    }
}
