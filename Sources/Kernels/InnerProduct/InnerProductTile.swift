internal import CIntrinsics
internal import KernelInterface

extension Tile {
    /// Begins the first block's sums of a span with the negative corrections of each row and of the columns.
    @inline(__always) mutating func beginSpan(_ corrections: Source, _ columns: Source) {
        let column = columns.vector(0)
        for row in 0..<rows { sums[0][row] = apus_add_scalar(column, corrections[row]) }
    }

    /// Adds sixteen inputs of each row to the first block's sums by ``FastInnerProduct``, without the corrections: input k of row r
    /// stands at `r * 16 + k`, its weights at `k * 16`.
    ///
    /// Each input is used once, by an operation that reads it from memory: no register is taken, and no unit shuffles.
    @inline(__always) mutating func accumulateInnerProducts(input: Source, weights: Source) {
        for pair in 0..<FastInnerProduct.pairs {
            let single = pair < 3 ? pair &+ 5 : pair &+ 10
            let (lower, upper) = (weights.vector(pair &* 16), weights.vector((pair &+ 8) &* 16))
            let weight = weights.vector(single &* 16)
            weights.prefetch(pair &* 16 &+ Self.prefetchDistance)
            weights.prefetch((pair &+ 8) &* 16 &+ Self.prefetchDistance)
            weights.prefetch(single &* 16 &+ Self.prefetchDistance)
            for row in 0..<rows {
                let first = apus_add_scalar(upper, input[row &* 16 &+ pair])
                let second = apus_add_scalar(lower, input[row &* 16 &+ pair &+ 8])
                let sum = multiplyAdd(first, second, sums[0][row])
                sums[0][row] = multiplyAdd(weight, input[row &* 16 &+ single], sum)
            }
        }
        let weight = weights.vector(15 &* 16)
        weights.prefetch(15 &* 16 &+ Self.prefetchDistance)
        for row in 0..<rows {
            sums[0][row] = multiplyAdd(weight, input[row &* 16 &+ 15], sums[0][row])
        }
    }
}

/// One tile of a product by ``FastInnerProduct``, or a piece of its sums: rows of an ``InnerProductCopy`` times one block of
/// columns.
///
/// Every piece but the last leaves its sums in the copy, where the next goes on with them: the same operations as in one
/// piece.
struct InnerProductTile: TileWork {
    let inputs: Int
    /// The inputs of this piece of the sums: whole spans, at least one, and with the last piece what is left.
    let piece: Range<Int>
    let copy: InnerProductCopy
    /// The tile's first row in the copy.
    let firstRow: Int
    /// The block's columns, `[factor][of each span: correction, inputs][16 outputs]`.
    let weights: Source
    let epilogue: Epilogue

    @inline(never) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        var tile = Tile<rows, vectors>()
        var total = tile.sums[0]
        let isLast = piece.upperBound == inputs
        let totals = copy.totals + firstRow &* 16
        if piece.lowerBound > 0 {
            for row in 0..<rows { total[row] = totals.source.vector(row &* 16) }
        }
        let span = piece.lowerBound / FastInnerProduct.span
        var input = copy.values.source + (piece.lowerBound &* copy.rows &+ firstRow &* 16)
        var corrections = copy.corrections.source + (span &* copy.rows &+ firstRow)
        var weights = weights + (1 &+ span &+ piece.lowerBound) &* 16
        let blockStride = copy.rows &* 16
        var whole = (piece.upperBound &- piece.lowerBound) / 16
        let rest = inputs % 16
        // Rows of many features stand apart: their lines are brought near one by one, while the sums are made.
        var (ahead, line) = (0, epilogue.output.source)
        // Spans of whole blocks: one at least. The sums of each begin anew, so that their roundings do not grow.
        while true {
            tile.beginSpan(corrections, weights)
            corrections = corrections + copy.rows
            weights = weights + 16
            var blocks = min(whole, FastInnerProduct.span / 16)
            whole &-= blocks
            repeat {
                if ahead < rows {
                    line.prefetchToSecondLevel(0)
                    line = line + epilogue.outputRowStride
                    ahead &+= 1
                }
                tile.accumulateInnerProducts(input: input, weights: weights)
                input = input + blockStride
                weights = weights + 256
                blocks &-= 1
            } while blocks > 0
            guard whole > 0 || !isLast else { break }
            for row in 0..<rows { total[row] = apus_add(total[row], tile.sums[0][row]) }
            if whole == 0 {
                for row in 0..<rows { totals.store(total[row], row &* 16) }
                return
            }
        }
        if inputs >= FastInnerProduct.span &+ 16 {
            for row in 0..<rows { tile.sums[0][row] = apus_add(total[row], tile.sums[0][row]) }
        }
        if rest > 0 {
            // A span that begins with the rest has no pairs, and corrections of zero.
            if (inputs / 16 &* 16) % FastInnerProduct.span == 0 { weights = weights + 16 }
            tile.accumulate(
                input: input,
                rowStride: 16,
                weights: weights,
                blockStride: 0,
                depth: rest
            )
        }
        let factor = self.weights.vector(0)
        let factors = copy.factors.source + firstRow
        var bias = zeroVector
        if let source = epilogue.bias { bias = source.vector(0) }
        for row in 0..<rows {
            tile.sums[0][row] = multiplyAdd(
                apus_multiply(tile.sums[0][row], factors[row]),
                factor,
                bias
            )
        }
        var epilogue = epilogue
        epilogue.bias = nil
        tile.store(epilogue)
    }
}

/// The tiles of one block and many rows.
enum TallTile {
    /// Rows of the longest.
    ///
    /// More would fit into the registers of AVX-512, but not all operations of a step into a core's window.
    @inline(__always) static var rows: Int { max(TileExtents.rows, APUS_INSTRUCTION_SET == 2 ? 20 : 0) }
}

/// Runs `work` on a tile of `rows` rows, 1...``TallTile/rows``, and one block.
@inline(__always) func withTallTile<Work: TileWork>(rows: Int, _ work: Work) {
    if TallTile.rows > 14 {
        switch rows {
        case 15: return work.run(Tile<15, 1>.self)
        case 16: return work.run(Tile<16, 1>.self)
        case 17: return work.run(Tile<17, 1>.self)
        case 18: return work.run(Tile<18, 1>.self)
        case 19: return work.run(Tile<19, 1>.self)
        case 20: return work.run(Tile<20, 1>.self)
        default: break
        }
    }
    withTile(rows: rows, vectors: 1, work)
}
