internal import KernelInterface

/// ``KernelID/longShortTermMemory``: sequences in chunks, step after step, the recurrent product tile by tile.
///
/// Each sum runs over the state in order, so a sequence has the same bits in every chunk.
func runLongShortTermMemory(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, LongShortTermMemoryArguments.self)
    let chunk = unsafe RecurrentChunk(arguments, scratch)
    for task in begin..<end {
        let first = task &* arguments.rowsPerTask
        let rows = min(arguments.rowsPerTask, arguments.rows &- first)
        chunk.clear()
        for turn in 0..<arguments.steps {
            let step = arguments.isReversed ? arguments.steps &- 1 &- turn : turn
            chunk.sum(firstRow: first, rows: rows, step: step)
            chunk.advance(firstRow: first, rows: rows, step: step)
        }
    }
}

/// The states of some sequences.
private struct RecurrentChunk {
    private let arguments: LongShortTermMemoryArguments
    /// H rounded up to whole vectors.
    private let padded: Int
    /// `[row][H rounded up]`.
    private let states: Target
    /// `[row][H rounded up]`.
    private let cells: Target
    /// `[row][4H rounded up]`.
    private let sums: Target
    private let sumStride: Int

    @inline(__always) init(_ arguments: LongShortTermMemoryArguments, _ scratch: UnsafeMutablePointer<Float>)
    {
        self.arguments = arguments
        padded = BlockedLayout.padded(arguments.width)
        sumStride = BlockedLayout.padded(4 &* arguments.width)
        states = unsafe Target(scratch)
        cells = states + arguments.rowsPerTask &* padded
        sums = cells + arguments.rowsPerTask &* padded
    }

    /// Sets states and cells to zero.
    @inline(__always) func clear() {
        var place = 0
        while place < 2 &* arguments.rowsPerTask &* padded {
            states.store(zeroVector, place)
            place &+= 16
        }
    }

    /// The sums of a step: gates + bias + weights x state.
    @inline(__always) func sum(firstRow: Int, rows: Int, step: Int) {
        let (width, steps) = (arguments.width, arguments.steps)
        let blocks = BlockedLayout.blocks(4 &* width)
        let gates = unsafe Source(arguments.gates) + (firstRow &* steps &+ step) &* 4 &* width
        var block = 0
        while block < blocks {
            let vectors = min(blocks &- block, TileExtents.vectors)
            let cut = TileCut(length: rows, longest: TileExtents.rows)
            var row = 0
            for index in 0..<cut.count {
                var epilogue = Epilogue(
                    output: sums + (row &* sumStride &+ block &* 16),
                    outputBlockStride: 16,
                    activation: PreparedActivation(ActivationFunction(.identity))
                )
                epilogue.outputRowStride = sumStride
                if block &+ vectors == blocks { epilogue.lastLanes = 4 &* width &- (blocks &- 1) &* 16 }
                if let bias = unsafe arguments.bias { unsafe epilogue.bias = Source(bias) + block &* 16 }
                epilogue.residual = gates + (row &* steps &* 4 &* width &+ block &* 16)
                epilogue.residualBlockStride = 16
                epilogue.residualRowStride = steps &* 4 &* width
                let work = unsafe ProductTile<FloatPixel>(
                    depth: width,
                    input: states.source + row &* padded,
                    rowStride: padded,
                    weights: Source(arguments.weights) + block &* width &* 16,
                    blockFloats: width &* 16,
                    epilogue: epilogue
                )
                withTile(rows: cut.length(index), vectors: vectors, work)
                row &+= cut.length(index)
            }
            block &+= vectors
        }
    }

    /// The next cells and states, which are also the step's output.
    @inline(__always) func advance(firstRow: Int, rows: Int, step: Int) {
        let (width, steps) = (arguments.width, arguments.steps)
        for row in 0..<rows {
            let gates = sums.source + row &* sumStride
            let output = unsafe Target(arguments.output) + ((firstRow &+ row) &* steps &+ step) &* width
            var place = 0
            while place < width {
                let count = min(width &- place, 16)
                func gate(_ number: Int) -> Vector { gates.vector(number &* width &+ place, count: count) }
                let kept = sigmoid(gate(1)) * cells.vector(row &* padded &+ place)
                let cell = multiplyAdd(sigmoid(gate(0)), tangent(gate(2)), kept)
                let state = sigmoid(gate(3)) * tangent(cell)
                cells.store(cell, row &* padded &+ place, count: count)
                states.store(state, row &* padded &+ place, count: count)
                output.store(state, place, count: count)
                place &+= 16
            }
        }
    }
}
