internal import CIntrinsics
internal import KernelInterface

/// What happens to the sums of neighbouring outputs of one block that a Winograd kernel transforms: bias, residual,
/// activation, and where they go.
///
/// Outputs are counted along a line, a row of the map or a column, and line by line.
struct OutputFinish: BitwiseCopyable {
    private let output: Target
    private let outputSteps: LineStrides
    private let bias: Vector
    private let residual: Source?
    private let residualSteps: LineStrides
    private let lower: Vector
    private let upper: Vector
    private let activation: PreparedActivation
    /// Lanes that hold channels.
    private let channels: Int

    /// The finish of the outputs of `block` from row `row` and column `column` on.
    @inline(__always) init(
        _ arguments: ConvolutionArguments,
        _ activation: PreparedActivation,
        lines: LineStrides.Line = .row,
        image: Int,
        block: Int,
        row: Int,
        column: Int
    ) {
        @inline(__always) func offset(_ strides: MapStrides) -> Int {
            image &* strides.image &+ block &* strides.channel &+ row &* strides.row &+ column &* 16
        }
        output = unsafe Target(arguments.output) + offset(arguments.outputStrides)
        outputSteps = LineStrides(arguments.outputStrides, lines)
        if let biases = unsafe arguments.bias {
            bias = unsafe Source(biases).vector(block &* 16)
        } else {
            bias = zeroVector
        }
        if let source = unsafe arguments.residual {
            residual = unsafe Source(source) + offset(arguments.residualStrides)
        } else {
            residual = nil
        }
        residualSteps = LineStrides(arguments.residualStrides, lines)
        (lower, upper) = (splat(activation.lower), splat(activation.upper))
        self.activation = activation
        let shape = arguments.shape
        channels = block == shape.outputBlocks &- 1 ? shape.outputChannels &- block &* 16 : 16
    }

    /// Stores a sum of output `place` of a line, but for the activations that need a pass.
    @inline(__always) func store(_ sum: Vector, _ place: Int, line: Int = 0) {
        var value = apus_add(sum, bias)
        if let residual {
            let offset = line &* residualSteps.line &+ place &* residualSteps.step
            value = apus_add(value, residual.vector(offset))
        }
        value = apus_at_most(apus_at_least(value, lower), upper)
        output.store(value, line &* outputSteps.line &+ place &* outputSteps.step)
    }

    /// Stores the sums of four outputs from `place` on, of which the first `count`, at least one, lie in the map.
    @inline(__always)
    func store(_ sums: (Vector, Vector, Vector, Vector), _ place: Int, line: Int = 0, count: Int) {
        store(sums.0, place, line: line)
        if count > 1 { store(sums.1, place &+ 1, line: line) }
        if count > 2 { store(sums.2, place &+ 2, line: line) }
        if count > 3 { store(sums.3, place &+ 3, line: line) }
    }

    /// Makes the pass that some activations need over the first `places` outputs of `lines` lines, once they are stored.
    @inline(__always) func activateStored(_ places: Int, lines: Int = 1) {
        guard activation.needsPass else { return }
        for line in 0..<lines {
            activate(
                output + line &* outputSteps.line,
                rows: places,
                rowStride: outputSteps.step,
                lanes: 16,
                channels: channels,
                activation.function
            )
        }
    }
}

/// Floats from a place of a line to the next, and from a line to the next.
struct LineStrides: BitwiseCopyable {
    /// What a line of a map is.
    enum Line: BitwiseCopyable {
        case row
        case column
    }

    let step: Int
    let line: Int

    @inline(__always) init(_ strides: MapStrides, _ lines: Line) {
        (step, line) = lines == .row ? (16, strides.row) : (strides.row, 16)
    }
}
