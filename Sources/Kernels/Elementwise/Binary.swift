internal import CIntrinsics
internal import KernelInterface

/// ``KernelID/binary``: two maps of equal layout, or a map and a gate.
func runBinary(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, BinaryArguments.self)
    withPairFunction(arguments.function, BinaryPieces(arguments: arguments, begin: begin, end: end))
}

/// The pieces of a binary pass.
private struct BinaryPieces: PairWork {
    let arguments: BinaryArguments
    let begin: Int
    let end: Int

    @inline(never) func run<Function: PairFunction>(_ function: Function) {
        let plan = ElementwisePlan(arguments.extents)
        let activation = PreparedActivation(arguments.activation)
        for task in begin..<end {
            let piece = ElementwisePiece(arguments.extents, plan, task)
            let left = unsafe Source(arguments.left) + piece.offset(arguments.leftStrides)
            let right = unsafe Source(arguments.right)
            let output = unsafe Target(arguments.output) + piece.offset(arguments.outputStrides)
            for row in 0..<piece.rows {
                let line = BinaryRow(
                    left: left + row &* arguments.leftStrides.row,
                    output: output + row &* arguments.outputStrides.row,
                    length: piece.length,
                    lanes: piece.lanes,
                    activation: activation
                )
                switch arguments.rightSide {
                case .same:
                    let start = piece.offset(arguments.rightStrides) &+ row &* arguments.rightStrides.row
                    line.runSame(function, right: right + start)
                case .channel:
                    line.runConstant(
                        function,
                        right: right.vector(piece.gateOffset(arguments.rightStrides))
                    )
                case .pixel:
                    let start =
                        piece.pixelOffset(arguments.rightStrides) &+ row &* arguments.rightStrides.row
                    line.runPixels(function, right: right + start)
                case .scalar:
                    line.runConstant(
                        function,
                        right: splat(right[piece.imageOffset(arguments.rightStrides)])
                    )
                }
            }
        }
    }
}

/// One row of a binary pass.
private struct BinaryRow {
    let left: Source
    let output: Target
    let length: Int
    let lanes: Int
    let activation: PreparedActivation

    @inline(__always) func runSame<Function: PairFunction>(_ function: Function, right: Source) {
        var place = 0
        while place < length {
            let count = min(length &- place, 16)
            finish(
                function.apply(left.vector(place, count: count), right.vector(place, count: count)),
                place,
                count
            )
            place &+= 16
        }
        activateRow()
    }

    @inline(__always) func runConstant<Function: PairFunction>(_ function: Function, right: Vector) {
        var place = 0
        // Four at a time: the loop's own work would take as long as theirs.
        while lanes == 16 && place &+ 64 <= length {
            for step in 0..<4 {
                let vector = place &+ step &* 16
                finish(function.apply(left.vector(vector), right), vector, 16)
            }
            place &+= 64
        }
        while place < length {
            let count = min(length &- place, 16)
            finish(function.apply(left.vector(place, count: count), right), place, count)
            place &+= 16
        }
        activateRow()
    }

    @inline(__always) func runPixels<Function: PairFunction>(_ function: Function, right: Source) {
        var place = 0
        while place < length {
            finish(function.apply(left.vector(place), splat(right[place])), place, 16)
            place &+= 16
        }
        activateRow()
    }

    @inline(__always) private func finish(_ value: Vector, _ place: Int, _ count: Int) {
        var value = apus_at_most(apus_at_least(value, splat(activation.lower)), splat(activation.upper))
        if lanes < 16 { value = apus_keep_first(value, lanes) }
        output.store(value, place, count: count)
    }

    @inline(__always) private func activateRow() {
        guard activation.needsPass else { return }
        let vectors = length / 16
        activate(
            output,
            rows: vectors,
            rowStride: 16,
            lanes: 16,
            channels: lanes,
            activation.function
        )
        if length > vectors &* 16 {
            activate(
                output + vectors &* 16,
                rows: 1,
                rowStride: 16,
                lanes: length &- vectors &* 16,
                channels: 16,
                activation.function
            )
        }
    }
}
