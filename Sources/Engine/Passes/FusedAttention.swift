internal import Graph
internal import KernelInterface
internal import Tensors

/// `softmax(multiplier * query x key^T + bias + mask) x value`, each operand read where it stands.
struct FusedAttention: Sendable {
    /// Where an operand stands in the value that it is read from.
    struct Operand: Sendable, Hashable {
        /// Floats before its first element.
        var offset: Int
        /// Its strides.
        var strides: AttentionStrides
    }

    /// Static terms of the scores, as ``AttentionTermStrides`` says.
    struct Terms: Sendable {
        var values: [Float]
        var strides: AttentionTermStrides
    }

    /// Outer indices of a picture.
    var outerPerPicture: Int
    /// Inner indices: heads.
    var innerCount: Int
    /// Rows of query and output.
    var queries: Int
    /// Rows of key and value.
    var keys: Int
    /// Features of query and key.
    var depth: Int
    /// Features of value and output.
    var width: Int
    /// Multiplies the products.
    var multiplier: Float
    /// Multiplies the products of each outer index of a picture and inner index; nil for 1.
    var multipliers: [Float]?
    /// The query, in the first input.
    var query: Operand
    /// The key, in the second input.
    var key: Operand
    /// The value, in the third input.
    var value: Operand
    /// Where the output stands in the node's value.
    var outputStrides: AttentionStrides
    /// Terms that all pictures' outer indices share.
    var bias: Terms?
    /// Terms that differ between the outer indices.
    var mask: Terms?

    /// Multiply-accumulates of one picture.
    var multiplyAccumulates: Int { outerPerPicture * innerCount * queries * keys * (depth + width) }

    /// Floats that key, value and a row of scores take.
    var workingFloats: Int { keys * (depth + width + 16) }
}

/// Leading axes of several operands, as few as their strides allow: the batch and, where there is one, another axis.
struct LeadingAxes {
    /// Extents, the batch first.
    private(set) var extents: [Int]
    /// For each operand the strides of the axes.
    private(set) var strides: [[Int]]

    /// The axes before the last two of views with the same leading extents.
    init(_ views: [StridedView]) {
        extents = Array(views[0].extents.dropLast(2))
        strides = views.map { Array($0.strides.dropLast(2)) }
        for axis in extents.indices.dropFirst().reversed() where extents[axis] == 1 { remove(axis) }
        for axis in extents.indices.dropFirst().reversed()
        where strides.allSatisfy({ $0[axis - 1] == $0[axis] * extents[axis] }) {
            extents[axis] *= extents[axis - 1]
            for operand in strides.indices { strides[operand][axis - 1] = strides[operand][axis] }
            extents[axis - 1] = extents[axis]
            remove(axis)
        }
    }

    private mutating func remove(_ axis: Int) {
        extents.remove(at: axis)
        for operand in strides.indices { strides[operand].remove(at: axis) }
    }

    /// The strides of an operand whose view is `view`.
    func strides(_ operand: Int, _ view: StridedView) -> AttentionStrides {
        AttentionStrides(
            outer: strides[operand][0],
            inner: extents.count > 1 ? strides[operand][1] : 0,
            row: view.strides[view.strides.count - 2],
            column: view.strides[view.strides.count - 1]
        )
    }
}

/// A static tensor that is added to scores.
struct ScoreTerm {
    let tensor: Tensor
    /// The type of the scores at that point.
    let type: TensorType
    /// Multiplies the tensor.
    let factor: Double

    /// Adds the terms to `sum`, `[outer of a picture][inner][queries][keys rounded up to 16]`, of which the first two
    /// extents may be 1.
    func add(to sum: inout [Float], outerCount: Int, innerCount: Int, _ keys: Int, inner innerOfScores: Int) {
        let extents = type.extents
        let rank = extents.count
        let queries = extents[rank - 2]
        let values = tensor.floats
        let strides = strides
        let rowFloats = BlockedLayout.padded(keys)
        for outer in 0..<outerCount {
            for inner in 0..<innerCount {
                let start = offset(ofLeadingIndex: outer * innerOfScores + inner)
                for query in 0..<queries {
                    let place = ((outer * innerCount + inner) * queries + query) * rowFloats
                    let row = start + query * strides[rank - 2]
                    for key in 0..<keys {
                        sum[place + key] += Float(Double(values[row + key * strides[rank - 1]]) * factor)
                    }
                }
            }
        }
    }

    /// Strides of the tensor along the axes of the scores, 0 where it is repeated.
    private var strides: [Int] {
        let dimensions = tensor.shape.dimensions
        let missing = type.rank - dimensions.count
        let own = Shape(dimensions).strides
        return [Int](repeating: 0, count: missing)
            + dimensions.indices.map { dimensions[$0] == 1 ? 0 : own[$0] }
    }

    /// Where the terms of a leading index of one picture begin.
    private func offset(ofLeadingIndex index: Int) -> Int {
        let strides = strides
        var (rest, offset) = (index, 0)
        for axis in (0..<type.rank - 2).reversed() {
            offset += rest % type.extents[axis] * strides[axis]
            rest /= type.extents[axis]
        }
        return offset
    }

    /// Whether the terms differ between outer indices, and between inner indices.
    func variation(outerPerPicture: Int, innerCount: Int) -> (outer: Bool, inner: Bool) {
        let offsets = (0..<outerPerPicture * innerCount).map(offset(ofLeadingIndex:))
        let differsOutside = offsets.indices.contains { offsets[$0] != offsets[$0 % innerCount] }
        let differsInside = offsets.indices.contains { offsets[$0] != offsets[$0 / innerCount * innerCount] }
        return (differsOutside, differsInside)
    }
}
