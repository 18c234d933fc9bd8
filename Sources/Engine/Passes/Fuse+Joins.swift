internal import Graph
internal import KernelInterface

/// What follows a concatenation of convolutions moves into them, as what follows one convolution does.
///
/// MixNet's layers of several filter sizes are such: their batch norm and activation stand behind the join.
extension FusedGraphBuilder {
    /// Appends a scale and a shift of each channel to the convolutions that `x` joins; false where it is no such join
    /// or one of them takes nothing more.
    mutating func distribute(
        _ affine: ChannelAffine,
        of x: ValueID,
        _ id: ValueID,
        _ label: String
    ) -> Bool {
        guard affine.axis == 1, let join = soleJoin(of: x), join.parts.allSatisfy(\.sum.isOpen) else {
            return false
        }
        var start = 0
        for var part in join.parts {
            let channels = start..<start + part.sum.outputChannels
            part.sum.append(
                ChannelAffine(
                    axis: 1,
                    scale: Array(affine.scale[channels]),
                    shift: Array(affine.shift[channels])
                )
            )
            replace(part, label)
            start = channels.upperBound
        }
        stand(join.index, for: id)
        return true
    }

    /// Applies a function in the convolutions that `x` joins; false where it is no such join or one of them has an
    /// activation.
    mutating func distribute(
        _ function: ActivationFunction,
        of x: ValueID,
        _ id: ValueID,
        _ label: String
    ) -> Bool {
        guard let join = soleJoin(of: x), join.parts.allSatisfy({ $0.sum.activation.kind == .identity })
        else {
            return false
        }
        for var part in join.parts {
            part.sum.activation = function
            replace(part, label)
        }
        stand(join.index, for: id)
        return true
    }

    /// A convolution among the fused nodes.
    private struct Part {
        var index: Int
        var convolution: Convolution
        var sum: WeightedSum
    }

    /// The concatenation of channels that makes `value` and its parts, if all are convolutions that nobody else reads.
    private func soleJoin(of value: ValueID) -> (index: Int, parts: [Part])? {
        guard let index = soleProducer(of: value),
            case .general(.concatenation(axis: 1), let statics) = nodes[index].operation, statics.isEmpty
        else { return nil }
        var parts: [Part] = []
        for input in nodes[index].inputs {
            guard remainingReaders[input.index] == 1,
                case .convolution(let convolution, let sum) = nodes[input.index].operation
            else { return nil }
            parts.append(Part(index: input.index, convolution: convolution, sum: sum))
        }
        return (index, parts)
    }

    private mutating func replace(_ part: Part, _ label: String) {
        nodes[part.index].operation = .convolution(part.convolution, part.sum)
        nodes[part.index].label += " + \(label)"
    }

    /// Makes the fused node at `index` stand for `id` too.
    private mutating func stand(_ index: Int, for id: ValueID) {
        remainingReaders[index] = readers[id.index]
        map[id] = index
    }
}
