internal import CIntrinsics
internal import KernelInterface

/// ``KernelID/unary``: a function of each element.
func runUnary(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, UnaryArguments.self)
    withVectorFunction(arguments.function, UnaryPieces(arguments: arguments, begin: begin, end: end))
}

/// The pieces of a unary pass.
private struct UnaryPieces: VectorWork {
    let arguments: UnaryArguments
    let begin: Int
    let end: Int

    @inline(never) func run<Function: VectorFunction>(_ function: Function) {
        let plan = ElementwisePlan(arguments.extents)
        let keepsZero = arguments.function.keepsZero
        for task in begin..<end {
            let piece = ElementwisePiece(arguments.extents, plan, task)
            let input = unsafe Source(arguments.input) + piece.offset(arguments.inputStrides)
            let output = unsafe Target(arguments.output) + piece.offset(arguments.outputStrides)
            let lanes = keepsZero ? 16 : piece.lanes
            for row in 0..<piece.rows {
                let source = input + row &* arguments.inputStrides.row
                let target = output + row &* arguments.outputStrides.row
                var place = 0
                while place &+ 16 <= piece.length {
                    var value = function.apply(source.vector(place))
                    if lanes < 16 { value = apus_keep_first(value, lanes) }
                    target.store(value, place)
                    place &+= 16
                }
                if place < piece.length {
                    let count = piece.length &- place
                    target.store(function.apply(source.vector(place, count: count)), place, count: count)
                }
            }
        }
    }
}

/// The part of a batch of maps that one elementwise task covers.
struct ElementwisePiece: BitwiseCopyable {
    private let image: Int
    private let block: Int
    private let firstRow: Int
    private let firstPlace: Int
    /// Rows of the piece.
    let rows: Int
    /// Floats of each row.
    let length: Int
    /// Lanes that hold channels.
    let lanes: Int

    @inline(__always) init(_ extents: ElementwiseExtents, _ plan: ElementwisePlan, _ task: Int) {
        let (map, piece) = (task / plan.piecesPerBlock, task % plan.piecesPerBlock)
        image = map / extents.blocks
        block = map % extents.blocks
        lanes = block == extents.blocks &- 1 ? extents.lastLanes : 16
        if plan.piecesPerRow > 1 {
            firstRow = piece / plan.piecesPerRow
            firstPlace = piece % plan.piecesPerRow &* plan.pieceLength
            rows = 1
            length = min(plan.pieceLength, extents.rowLength &- firstPlace)
        } else {
            firstRow = piece &* plan.pieceRows
            firstPlace = 0
            rows = min(plan.pieceRows, extents.rows &- firstRow)
            length = extents.rowLength
        }
    }

    /// Where the piece starts.
    @inline(__always) func offset(_ strides: MapStrides) -> Int {
        image &* strides.image &+ block &* strides.channel &+ firstRow &* strides.row &+ firstPlace
    }

    /// Where the gate of the piece's channels starts.
    @inline(__always) func gateOffset(_ strides: MapStrides) -> Int {
        image &* strides.image &+ block &* strides.channel
    }

    /// Where the piece starts in a map of one channel block.
    @inline(__always) func pixelOffset(_ strides: MapStrides) -> Int {
        image &* strides.image &+ firstRow &* strides.row &+ firstPlace
    }

    /// Where the image's float stands.
    @inline(__always) func imageOffset(_ strides: MapStrides) -> Int { image &* strides.image }
}
