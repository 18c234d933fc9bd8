internal import Graph
internal import KernelInterface
internal import Tensors

/// A graph of steps: each node is what one kernel (or one view) will do.
struct FusedGraph: Sendable {
    /// One step.
    struct Node: Sendable {
        /// What it computes.
        var operation: FusedOperation
        /// The batched values that it reads; of a sum that adds a residual, the residual is the last.
        var inputs: [ValueID]
        /// The type of its value.
        var type: TensorType
        /// The module path of the first operator in it.
        var path: String
        /// The operators in it, for tables: `convolution + batch norm + relu`.
        var label: String
    }

    /// The nodes, each after its inputs.
    var nodes: [Node]
    /// The pictures.
    var input: ValueID
    /// What was asked for.
    var outputs: [OutputName: ValueID]

    /// The node that makes `value`.
    subscript(value: ValueID) -> Node { nodes[value.index] }

    /// The graph without what no output needs, its values renumbered.
    func pruned() -> FusedGraph {
        var isNeeded = [Bool](repeating: false, count: nodes.count)
        isNeeded[input.index] = true
        for value in outputs.values { isNeeded[value.index] = true }
        for index in nodes.indices.reversed() where isNeeded[index] {
            for input in nodes[index].inputs { isNeeded[input.index] = true }
        }
        var renumbered = [ValueID](repeating: ValueID(index: 0), count: nodes.count)
        var kept: [Node] = []
        for (index, node) in nodes.enumerated() where isNeeded[index] {
            renumbered[index] = ValueID(index: kept.count)
            var copy = node
            copy.inputs = node.inputs.map { renumbered[$0.index] }
            kept.append(copy)
        }
        return FusedGraph(
            nodes: kept,
            input: renumbered[input.index],
            outputs: outputs.mapValues { renumbered[$0.index] }
        )
    }
}

/// What a step computes.
enum FusedOperation: Sendable {
    /// The pictures.
    case input
    /// `activation(convolution(x) + bias + residual)`.
    case convolution(Convolution, WeightedSum)
    /// `activation(x weight^T + bias + residual)` over the last axis.
    case linear(WeightedSum)
    /// `activation(x * scale + shift)` for each channel of `axis`.
    case channelAffine(ChannelAffine)
    /// `activation(x * gate)`: x `[N, C, H, W]`, one factor a picture and channel, `[N, C, 1, 1]`.
    case gate(ActivationFunction)
    /// `activation(a op b)` of two values of one type.
    case elementwise(BinaryOperation, ActivationFunction)
    /// A function of each element.
    case activation(ActivationFunction)
    /// Softmax attention; the inputs are what query, key and value are read from.
    case attention(FusedAttention)
    /// An operator as it stands; its static inputs by their position.
    case general(Operator, statics: [Int: Tensor])
}

/// The weights of a convolution or a linear layer and what is fused to the sum.
struct WeightedSum: Sendable {
    /// The weights as the checkpoint holds them, output channels first.
    var weight: Tensor
    /// Factors of the output channels, to be multiplied into the weights when they are packed; nil for 1.
    var scale: [Double]?
    /// Added to each output channel; nil for 0.
    var bias: [Double]?
    /// Whether a value of the output's type is added before the activation.
    var addsResidual = false
    /// What follows the sum.
    var activation = ActivationFunction(.identity)

    /// Output channels.
    var outputChannels: Int { weight.shape[0] }

    /// Whether something per channel can still be multiplied in.
    var isOpen: Bool { !addsResidual && activation.kind == .identity }

    /// Applies `x * scale + shift` of each output channel after the sum.
    mutating func append(_ affine: ChannelAffine) {
        scale = zip(scale ?? [Double](repeating: 1, count: outputChannels), affine.scale).map { $0 * $1 }
        bias = (bias ?? [Double](repeating: 0, count: outputChannels)).indices.map { index in
            (bias?[index] ?? 0) * affine.scale[index] + affine.shift[index]
        }
        if bias?.allSatisfy({ $0 == 0 }) ?? false { bias = nil }
        if scale?.allSatisfy({ $0 == 1 }) ?? false { scale = nil }
    }
}

/// A scale and a shift of each channel.
struct ChannelAffine: Sendable {
    /// The channels' axis in the full shape.
    var axis: Int
    /// Factors.
    var scale: [Double]
    /// Terms.
    var shift: [Double]
    /// What follows.
    var activation = ActivationFunction(.identity)

    /// Applies a second one after this.
    mutating func append(_ second: ChannelAffine) {
        shift = shift.indices.map { shift[$0] * second.scale[$0] + second.shift[$0] }
        scale = zip(scale, second.scale).map { $0 * $1 }
    }
}
