internal import KernelInterface
internal import Tensors

/// The steps of a model with kernels chosen, before anything has an address.
struct DraftProgram: Sendable {
    /// The blocks of activations that the steps read and write.
    var blocks: [ActivationBlock] = []
    /// The steps in their order.
    var steps: [StepDraft] = []
    /// Packed weights, biases and tables, each read by one step at least.
    var constants: [ConstantBlock] = []
}

/// Floats that hold one value, or a view of them.
struct ActivationBlock: Sendable {
    /// Where the floats are.
    enum Place: Sendable, Equatable {
        /// In the arena.
        case arena
        /// In the caller's pictures.
        case input
        /// In the caller's memory for the output of this number.
        case output(Int)
        /// Inside another block, so many floats after its start.
        case view(of: Int, offset: Int)
    }

    /// Where the floats are.
    var place: Place
    /// Floats of one picture, which is also the distance to the next picture's; of a view, those of its block.
    var floatsPerPicture: Int
    /// The strides of blocked maps that are a view of wider ones; nil for dense maps.
    var strides: MapStrides?
    /// Floats of one picture that are the value's own; nil where those are all.
    var ownFloatsPerPicture: Int?
}

/// Numbers that are made once at compile time.
enum ConstantBlock: Sendable {
    /// Weights as a kernel wants them, each output channel multiplied by its scale.
    case weights(WeightPacking, Tensor, scale: [Float]?)
    /// Floats.
    case floats([Float])
    /// Channel numbers and the like.
    case int32s([Int32])
    /// Offsets.
    case ints([Int])

    /// Bytes of the block.
    var byteCount: Int {
        switch self {
        case .weights(let packing, _, _): packing.floatCount * 4
        case .floats(let values): values.count * 4
        case .int32s(let values): values.count * 4
        case .ints(let values): values.count * MemoryLayout<Int>.stride
        }
    }
}

/// A place in an activation block.
struct BlockPlace: Sendable, Hashable {
    /// The block.
    var block: Int
    /// Floats after the start of the picture's part.
    var offset = 0
}

/// One kernel call: its arguments without addresses, and what must be written into them.
struct StepDraft: Sendable {
    /// A pointer of the arguments to activations.
    struct Pointer: Sendable {
        var fieldOffset: Int
        var place: BlockPlace
    }

    /// A pointer of the arguments to a constant.
    struct ConstantPointer: Sendable {
        var fieldOffset: Int
        var constant: Int
    }

    /// An `Int` of the arguments that counts with the pictures.
    struct Count: Sendable {
        var fieldOffset: Int
        var perPicture: Int
    }

    /// The kernel.
    var kernel: KernelID
    /// The bytes of the argument structure, for one picture.
    var arguments: [UInt8]
    /// The module path.
    var path = ""
    /// What is computed.
    var label = ""
    /// Full shapes of what is read, for one picture.
    var inputShapes: [[Int]] = []
    /// Full shape of what is made, for one picture.
    var outputShape: [Int] = []
    /// Pointers to what is read.
    var reads: [Pointer] = []
    /// The pointer to what is written.
    var writes: [Pointer] = []
    /// Pointers to constants.
    var constants: [ConstantPointer] = []
    /// Counts of pictures.
    var counts: [Count] = []
    /// Blocks that the output may take over, where nobody reads them later: the best first.
    var inPlaceCandidates: [Int] = []
    /// Multiply-accumulates of one picture.
    var multiplyAccumulates = 0
    /// Whether a special kernel would be wanted for the shape.
    var isFallback = false

    /// Starts a step from arguments for one picture.
    init<Arguments: BitwiseCopyable>(_ kernel: KernelID, _ arguments: Arguments) {
        self.kernel = kernel
        self.arguments = unsafe withUnsafeBytes(of: arguments) { unsafe Array($0) }
    }

    /// The arguments point to `place` at `field`, to read.
    mutating func read<Arguments, Field>(
        _ field: KeyPath<Arguments, Field>,
        _ place: BlockPlace,
        at index: Int = 0
    ) {
        reads.append(Pointer(fieldOffset: Self.offset(field, index), place: place))
    }

    /// The arguments point to `place` at `field`, to write.
    mutating func write<Arguments, Field>(_ field: KeyPath<Arguments, Field>, _ place: BlockPlace) {
        writes.append(Pointer(fieldOffset: Self.offset(field, 0), place: place))
    }

    /// The arguments point to a constant at `field`, or at element `index` of the pointers there.
    mutating func constant<Arguments, Field>(
        _ field: KeyPath<Arguments, Field>,
        _ constant: Int,
        at index: Int = 0
    ) {
        constants.append(ConstantPointer(fieldOffset: Self.offset(field, index), constant: constant))
    }

    /// The `Int` at `field`, or element `index` of those there, is `perPicture` times the pictures.
    mutating func count<Arguments, Field>(
        _ field: KeyPath<Arguments, Field>,
        perPicture: Int,
        at index: Int = 0
    ) {
        counts.append(Count(fieldOffset: Self.offset(field, index), perPicture: perPicture))
    }

    /// What it multiplies with weights, for one picture; nil for a step without, and for one that only scales.
    var weightedShape: WeightedShape? {
        guard multiplyAccumulates > 0 else { return nil }
        // The bytes of an array need not be aligned as the structure's.
        return unsafe withUnsafeTemporaryAllocation(byteCount: arguments.count, alignment: 64) { copy in
            unsafe copy.copyBytes(from: arguments)
            guard let base = copy.baseAddress else { return nil }
            return unsafe WeightedShape(kernel: kernel, arguments: base)
        }
    }

    private static func offset<Arguments, Field>(_ field: KeyPath<Arguments, Field>, _ index: Int) -> Int {
        guard let offset = MemoryLayout<Arguments>.offset(of: field) else {
            preconditionFailure("\(field) is a stored field")
        }
        return offset + index * MemoryLayout<Int>.stride
    }

    /// What stands in pointers to floats before they are written.
    static var unset: UnsafeMutablePointer<Float> { unsafe unwritten() }

    /// What stands in pointers to indices before they are written.
    static var unsetIndices: UnsafePointer<Int32> { unsafe UnsafePointer(unwritten()) }

    private static func unwritten<Element>() -> UnsafeMutablePointer<Element> {
        guard let pointer = unsafe UnsafeMutablePointer<Element>(bitPattern: 64) else {
            preconditionFailure("64 is no null pointer")
        }
        return unsafe pointer
    }
}
