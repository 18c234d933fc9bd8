internal import CIntrinsics
internal import KernelInterface

/// The sums of `rows` pixels x `vectors` blocks of sixteen output channels: the heart of convolution and product.
///
/// Used with constant integers and inlined, it lives in registers. Each sum runs over its inputs one by one in
/// the order of the calls, whatever the tile's extents: a pixel gets the same bits in every tile.
struct Tile<let rows: Int, let vectors: Int> {
    var sums: InlineArray<vectors, InlineArray<rows, Vector>>

    /// Floats between the weights in use and those that are asked for: time for a line to come from the last cache.
    @inline(__always) static var prefetchDistance: Int { 512 }

    @inline(__always) init() {
        sums = zeroed(InlineArray<vectors, InlineArray<rows, Vector>>.self)
    }

    /// Adds `depth` inputs: input k of row r stands at `r * rowStride + k`, the weights of input k and block v
    /// at `v * blockStride + k * 16`.
    @inline(__always) mutating func accumulate(
        input: Source,
        rowStride: Int,
        weights: Source,
        blockStride: Int,
        depth: Int
    ) {
        for k in 0..<depth {
            var weight = zeroed(InlineArray<vectors, Vector>.self)
            for vector in 0..<vectors {
                let place = vector &* blockStride &+ k &* 16
                weight[vector] = weights.vector(place)
                weights.prefetch(place &+ Self.prefetchDistance)
            }
            for row in 0..<rows {
                let x = input[row &* rowStride &+ k]
                for vector in 0..<vectors {
                    sums[vector][row] = multiplyAdd(weight[vector], x, sums[vector][row])
                }
            }
        }
    }
}

extension Tile {
    /// As ``accumulate(input:rowStride:weights:blockStride:depth:)`` where the last block has eight outputs or fewer: its
    /// upper lanes, which would be zeros, are left out.
    ///
    /// Half a register's products cost half as much where a core is half as wide as its registers.
    @inline(__always) mutating func accumulateHalved(
        input: Source,
        rowStride: Int,
        weights: Source,
        blockStride: Int,
        depth: Int
    ) {
        let last = vectors &- 1
        var lower = zeroed(InlineArray<rows, SIMD8<Float>>.self)
        for row in 0..<rows { lower[row] = sums[last][row].lowHalf }
        for k in 0..<depth {
            var weight = zeroed(InlineArray<vectors, Vector>.self)
            for vector in 0..<vectors {
                let place = vector &* blockStride &+ k &* 16
                weight[vector] = weights.vector(place)
                weights.prefetch(place &+ Self.prefetchDistance)
            }
            for row in 0..<rows {
                let x = input[row &* rowStride &+ k]
                for vector in 0..<last {
                    sums[vector][row] = multiplyAdd(weight[vector], x, sums[vector][row])
                }
                lower[row] = apus_fma_eight(weight[last].lowHalf, x, lower[row])
            }
        }
        for row in 0..<rows { sums[last][row] = Vector(lowHalf: lower[row], highHalf: .zero) }
    }
}

/// What happens to a sum: bias, residual, activation, and where it goes.
///
/// The offsets are those of block 0, pixel 0 of the tile.
struct Epilogue: BitwiseCopyable {
    /// Bias of the tile's first block, or nil.
    var bias: Source?
    /// The residual's first pixel of the tile, or nil.
    var residual: Source?
    /// Floats from a block of the residual to the next.
    var residualBlockStride = 0
    /// Floats from a pixel (row) of the residual to the next.
    var residualRowStride = 16
    /// The output's first pixel of the tile.
    var output: Target
    /// Floats from a block of the output to the next.
    var outputBlockStride: Int
    /// Floats from a pixel (row) of the output to the next.
    var outputRowStride = 16
    /// Lanes that the last block of the tile stores or reads of a residual.
    var lastLanes = 16
    /// Lanes of the last block that hold channels: the others get zeros.
    var lastChannels = 16
    /// The activation.
    var activation: PreparedActivation
}

extension Tile {
    /// Finishes the sums and stores them.
    ///
    /// The loops are kept small, so that the compiler unrolls them and the sums never leave the registers.
    @inline(__always) func store(_ epilogue: Epilogue) {
        if epilogue.lastLanes < 16 {
            let values = sums
            unsafe withUnsafePointer(to: values) { pointer in
                let floats = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: Float.self)
                unsafe storePartially(Source(floats), rows: rows, vectors: vectors, epilogue)
            }
            return
        }
        var values = sums
        if let bias = epilogue.bias {
            for vector in 0..<vectors {
                let offset = bias.vector(vector &* 16)
                for row in 0..<rows { values[vector][row] += offset }
            }
        }
        if let residual = epilogue.residual {
            for vector in 0..<vectors {
                let block = residual + vector &* epilogue.residualBlockStride
                for row in 0..<rows {
                    values[vector][row] += block.vector(row &* epilogue.residualRowStride)
                }
            }
        }
        let (output, stride) = (epilogue.output, epilogue.outputRowStride)
        switch epilogue.activation.form {
        case .identity, .pass:
            for vector in 0..<vectors {
                let block = output + vector &* epilogue.outputBlockStride
                for row in 0..<rows { block.store(values[vector][row], row &* stride) }
            }
        case .clamp:
            let lower = splat(epilogue.activation.lower)
            let upper = splat(epilogue.activation.upper)
            for vector in 0..<vectors {
                let block = output + vector &* epilogue.outputBlockStride
                for row in 0..<rows {
                    block.store(apus_at_most(apus_at_least(values[vector][row], lower), upper), row &* stride)
                }
            }
        case .hardSwish:
            for vector in 0..<vectors {
                let block = output + vector &* epilogue.outputBlockStride
                for row in 0..<rows {
                    let value = values[vector][row]
                    block.store(value * hardSigmoid(value), row &* stride)
                }
            }
        case .silu:
            for vector in 0..<vectors {
                let block = output + vector &* epilogue.outputBlockStride
                for row in 0..<rows { block.store(swish(values[vector][row]), row &* stride) }
            }
        case .gelu:
            for vector in 0..<vectors {
                let block = output + vector &* epilogue.outputBlockStride
                for row in 0..<rows { block.store(gaussianUnit(values[vector][row]), row &* stride) }
            }
        }
        if epilogue.activation.form == .pass { activateTile(epilogue, rows: rows, vectors: vectors) }
    }
}

/// The activation pass over what a tile has stored.
@inline(never) private func activateTile(_ epilogue: Epilogue, rows: Int, vectors: Int) {
    for vector in 0..<vectors {
        let isLast = vector == vectors &- 1
        activate(
            epilogue.output + vector &* epilogue.outputBlockStride,
            rows: rows,
            rowStride: epilogue.outputRowStride,
            lanes: isLast ? epilogue.lastLanes : 16,
            channels: isLast ? epilogue.lastChannels : 16,
            epilogue.activation.function
        )
    }
}

/// Finishes sums `[vectors][rows][16]` whose last block is stored in part: the same operations on each element.
@inline(never) private func storePartially(_ sums: Source, rows: Int, vectors: Int, _ epilogue: Epilogue) {
    let lower = splat(epilogue.activation.lower)
    let upper = splat(epilogue.activation.upper)
    for vector in 0..<vectors {
        let lanes = vector == vectors &- 1 ? epilogue.lastLanes : 16
        var bias = zeroVector
        if let source = epilogue.bias { bias = source.vector(vector &* 16) }
        for row in 0..<rows {
            var value = sums.vector((vector &* rows &+ row) &* 16) + bias
            if let residual = epilogue.residual {
                let place = vector &* epilogue.residualBlockStride &+ row &* epilogue.residualRowStride
                value += residual.vector(place, count: lanes)
            }
            value = apus_at_most(apus_at_least(value, lower), upper)
            let place = vector &* epilogue.outputBlockStride &+ row &* epilogue.outputRowStride
            epilogue.output.store(value, place, count: lanes)
        }
    }
    if epilogue.activation.needsPass { activateTile(epilogue, rows: rows, vectors: vectors) }
}

/// An activation as the tiles apply it: in registers, or in a pass over what was stored.
struct PreparedActivation: BitwiseCopyable {
    /// What a tile does with its sums before it stores them.
    enum Form: BitwiseCopyable {
        case identity
        case clamp
        case hardSwish
        case silu
        case gelu
        /// Nothing: the function takes a pass.
        case pass
    }

    let form: Form
    let lower: Float
    let upper: Float
    let function: ActivationFunction

    /// Whether a loop that only clamps must be followed by a pass.
    @inline(__always) var needsPass: Bool { form != .identity && form != .clamp }

    @inline(__always) init(_ function: ActivationFunction) {
        self.function = function
        switch function.kind {
        case .identity: (form, lower, upper) = (.identity, -.infinity, .infinity)
        case .relu: (form, lower, upper) = (.clamp, 0, .infinity)
        case .relu6: (form, lower, upper) = (.clamp, 0, 6)
        case .hardSwish: (form, lower, upper) = (.hardSwish, -.infinity, .infinity)
        case .silu: (form, lower, upper) = (.silu, -.infinity, .infinity)
        case .gelu: (form, lower, upper) = (.gelu, -.infinity, .infinity)
        default: (form, lower, upper) = (.pass, -.infinity, .infinity)
        }
    }
}

/// Applies `function` to the first `lanes` floats of `rows` rows; lanes from `channels` on get zeros.
@inline(never) func activate(
    _ values: Target,
    rows: Int,
    rowStride: Int,
    lanes: Int,
    channels: Int,
    _ function: ActivationFunction
) {
    let work = RowsActivation(
        values: values,
        rows: rows,
        rowStride: rowStride,
        lanes: lanes,
        channels: channels
    )
    if function.kind == .silu { work.run(TileSwish()) } else { withVectorFunction(function, work) }
}

/// SiLU where a layer's sums pass through it, and where its time counts; gates that stand alone have ``sigmoid(_:)``.
private struct TileSwish: VectorFunction {
    @inline(__always) func apply(_ x: Vector) -> Vector { swish(x) }
}

/// The loop of ``activate(_:rows:rowStride:lanes:channels:_:)``.
private struct RowsActivation: VectorWork {
    let values: Target
    let rows: Int
    let rowStride: Int
    let lanes: Int
    let channels: Int

    @inline(__always) func run<Function: VectorFunction>(_ function: Function) {
        for row in 0..<rows {
            let place = row &* rowStride
            let value = function.apply(values.source.vector(place, count: lanes))
            values.store(apus_keep_first(value, channels), place, count: lanes)
        }
    }
}

/// How a run of pixels is cut into tiles of nearly equal length.
struct TileCut: BitwiseCopyable {
    let count: Int
    private let base: Int
    private let longer: Int

    @inline(__always) init(length: Int, longest: Int) {
        count = (length &+ longest &- 1) / longest
        base = length / max(count, 1)
        longer = length &- base &* count
    }

    /// Pixels of tile `index`.
    @inline(__always) func length(_ index: Int) -> Int { base &+ (index < longer ? 1 : 0) }
}

/// The tile extents of this instruction set: as many sums as its registers hold.
enum TileExtents {
    /// Pixels of the longest tile.
    @inline(__always) static var rows: Int {
        #if arch(arm64)
            return 6
        #else
            return APUS_INSTRUCTION_SET == 2 ? 14 : APUS_INSTRUCTION_SET == 1 ? 6 : 2
        #endif
    }

    /// Blocks of the widest tile.
    @inline(__always) static var vectors: Int { APUS_INSTRUCTION_SET == 2 ? 2 : 1 }
}

/// Work that is done tile by tile, the extents being constants in ``run(_:)``.
protocol TileWork {
    /// Computes and stores one tile; `vectors` as asked.
    func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type)
}

/// Runs `work` on a tile of `rows` pixels, 1...``TileExtents/rows``, and `vectors` blocks, 1 or 2.
@inline(__always) func withTile<Work: TileWork>(rows: Int, vectors: Int, _ work: Work) {
    if APUS_INSTRUCTION_SET == 2 && vectors == 2 {
        switch rows {
        case 1: work.run(Tile<1, 2>.self)
        case 2: work.run(Tile<2, 2>.self)
        case 3: work.run(Tile<3, 2>.self)
        case 4: work.run(Tile<4, 2>.self)
        case 5: work.run(Tile<5, 2>.self)
        case 6: work.run(Tile<6, 2>.self)
        case 7: work.run(Tile<7, 2>.self)
        case 8: work.run(Tile<8, 2>.self)
        case 9: work.run(Tile<9, 2>.self)
        case 10: work.run(Tile<10, 2>.self)
        case 11: work.run(Tile<11, 2>.self)
        case 12: work.run(Tile<12, 2>.self)
        case 13: work.run(Tile<13, 2>.self)
        default: work.run(Tile<14, 2>.self)
        }
        return
    }
    switch rows {
    case 1: work.run(Tile<1, 1>.self)
    case 2: work.run(Tile<2, 1>.self)
    default: break
    }
    if TileExtents.rows > 2 {
        switch rows {
        case 3: work.run(Tile<3, 1>.self)
        case 4: work.run(Tile<4, 1>.self)
        case 5: work.run(Tile<5, 1>.self)
        case 6: work.run(Tile<6, 1>.self)
        default: break
        }
    }
    if TileExtents.rows > 6 {
        switch rows {
        case 7: work.run(Tile<7, 1>.self)
        case 8: work.run(Tile<8, 1>.self)
        case 9: work.run(Tile<9, 1>.self)
        case 10: work.run(Tile<10, 1>.self)
        case 11: work.run(Tile<11, 1>.self)
        case 12: work.run(Tile<12, 1>.self)
        case 13: work.run(Tile<13, 1>.self)
        case 14: work.run(Tile<14, 1>.self)
        default: break
        }
    }
}
