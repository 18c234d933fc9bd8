internal import Graph
internal import KernelInterface
internal import Tensors

/// The way from the product of query and key to the softmax: scalings, static terms, and reshapes of the leading axes.
struct ScoreChain {
    /// The product.
    private(set) var product: ValueID
    /// The left side of the product, `[..., queries, depth]`.
    private(set) var query: ValueID
    /// The right side of the product.
    private(set) var key: ValueID
    /// Whether the right side is `[..., keys, depth]`; otherwise it is `[..., depth, keys]`.
    private(set) var transposesKey = false
    /// Multiplies the product.
    private(set) var factor = 1.0
    /// Multiplies the product of each leading index of a picture besides; nil for 1.
    private(set) var multipliers: [Double]?
    /// What is added.
    private(set) var terms: [ScoreTerm] = []

    /// Follows the scores back from `value`, none of which may have another reader; nil where they are no product of
    /// two values, or something else happens to them.
    init?(_ graph: FusedGraph, _ readers: [[ValueID]], from value: ValueID) {
        (product, query, key) = (value, value, value)
        var current = value
        while true {
            let node = graph[current]
            guard readers[current.index].count == 1, node.type.rank >= 3, let input = node.inputs.first else {
                return nil
            }
            switch node.operation {
            case .general(.matrixProduct(let transposesRight), let statics):
                guard node.inputs.count == 2, statics.isEmpty else { return nil }
                product = current
                (query, key, transposesKey) = (input, node.inputs[1], transposesRight)
                return
            case .general(.reshape, _):
                guard graph[input].type.rank >= 3,
                    graph[input].type.extents.suffix(2) == node.type.extents.suffix(2)
                else { return nil }
            case .general(.binary(.add), let statics):
                guard statics.count == 1, node.inputs.count == 1, let tensor = statics.values.first,
                    append(tensor, node.type)
                else { return nil }
            case .activation:
                guard let own = node.operation.uniformFactor else { return nil }
                factor *= own
            case .channelAffine(let affine):
                guard append(affine, node.type) else { return nil }
            case .input, .convolution, .linear, .gate, .elementwise, .attention, .general: return nil
            }
            current = input
        }
    }

    /// Takes a static term; whether it can be taken.
    private mutating func append(_ tensor: Tensor, _ type: TensorType) -> Bool {
        let missing = type.rank - tensor.shape.rank
        guard multipliers == nil, missing >= 0, missing > 0 || tensor.shape[0] == 1 else { return false }
        terms.append(ScoreTerm(tensor: tensor, type: type, factor: factor))
        return true
    }

    /// Takes a scale and a shift of one axis; whether they can be taken.
    private mutating func append(_ affine: ChannelAffine, _ type: TensorType) -> Bool {
        guard affine.activation.kind == .identity, affine.axis > 0 else { return false }
        if affine.shift.contains(where: { $0 != 0 }) {
            var dimensions = [Int](repeating: 1, count: type.rank)
            dimensions[affine.axis] = affine.shift.count
            let tensor = Tensor(shape: Shape(dimensions), values: affine.shift.map(Float.init))
            guard append(tensor, type) else { return false }
        }
        let scale = affine.scale
        guard let first = scale.first else { return false }
        if scale.allSatisfy({ $0 == first }) {
            factor *= first
            return true
        }
        guard affine.axis < type.rank - 2, multipliers == nil else { return false }
        let leading = type.extents.dropLast(2)
        let step = leading[(affine.axis + 1)...].reduce(1, *)
        multipliers = (0..<leading.reduce(1, *)).map { scale[$0 / step % scale.count] }
        return true
    }
}
