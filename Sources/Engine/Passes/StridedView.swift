internal import Graph
internal import KernelInterface
internal import Tensors

/// A value seen through reshapes, transpositions and slices: where its elements stand in another, plain value.
struct StridedView: Sendable {
    /// Pictures that the extents count with: a prime, so that no reshape joins or divides the batch by accident.
    static let pictures = 1_000_003

    /// The value whose floats are read.
    var value: ValueID
    /// Floats from the start of the value to the first element.
    var offset = 0
    /// Extents of the view, the batch first and of ``pictures`` pictures.
    var extents: [Int]
    /// Floats from an index of each axis to the next.
    var strides: [Int]

    /// All of `value`, dense and row-major.
    init(_ value: ValueID, _ type: TensorType) {
        self.value = value
        extents = Self.extents(type)
        strides = Shape(extents).strides
    }

    /// The extents of a type for ``pictures`` pictures.
    static func extents(_ type: TensorType) -> [Int] { type.shape(batch: pictures).dimensions }

    /// Axis i is axis `permutation[i]`; nil where the batch does not stay the first.
    func transposed(_ permutation: [Int]) -> StridedView? {
        guard permutation.first == 0 else { return nil }
        var copy = self
        copy.extents = permutation.map { extents[$0] }
        copy.strides = permutation.map { strides[$0] }
        return copy
    }

    /// Elements at `indices` along `axis`; nil where they do not stand at equal distances, or the axis is the batch's.
    func selected(_ axis: Int, _ indices: [Int]) -> StridedView? {
        guard axis > 0, let first = indices.first else { return nil }
        let step = indices.count > 1 ? indices[1] - first : 1
        guard indices.indices.allSatisfy({ indices[$0] == first + $0 * step }) else { return nil }
        var copy = self
        copy.offset += first * strides[axis]
        copy.extents[axis] = indices.count
        copy.strides[axis] *= step
        return copy
    }

    /// The same elements in the same order under other extents; nil where they do not stand at equal distances.
    ///
    /// Axes are taken together until old and new ones hold as many elements; the old ones of such a group must
    /// follow each other in memory. As NumPy's `_attempt_nocopy_reshape`.
    func reshaped(_ type: TensorType) -> StridedView? {
        let target = Self.extents(type)
        let kept = extents.indices.filter { extents[$0] != 1 }
        let (old, oldStrides) = (kept.map { extents[$0] }, kept.map { strides[$0] })
        var result = self
        result.extents = target
        result.strides = [Int](repeating: 0, count: target.count)
        var (oldStart, newStart) = (0, 0)
        while oldStart < old.count, newStart < target.count {
            var (oldEnd, newEnd) = (oldStart + 1, newStart + 1)
            var (oldCount, newCount) = (old[oldStart], target[newStart])
            while oldCount != newCount {
                if newCount < oldCount {
                    newCount *= target[newEnd]
                    newEnd += 1
                } else {
                    oldCount *= old[oldEnd]
                    oldEnd += 1
                }
            }
            for axis in oldStart..<oldEnd - 1
            where oldStrides[axis] != old[axis + 1] * oldStrides[axis + 1] { return nil }
            var stride = oldStrides[oldEnd - 1]
            for axis in (newStart..<newEnd).reversed() {
                result.strides[axis] = stride
                stride *= target[axis]
            }
            (oldStart, newStart) = (oldEnd, newEnd)
        }
        return result
    }
}

extension FusedGraph {
    /// Where the elements of `value` stand, as far back as they are only moved; `scale` is multiplied by the factors on
    /// the way, where it is not nil.
    func view(of value: ValueID, scale: inout Double?) -> StridedView {
        let node = self[value]
        if let input = node.inputs.first {
            var factor = scale
            if let known = movedView(node, input, &factor) {
                scale = factor
                return known
            }
        }
        return StridedView(value, node.type)
    }

    private func movedView(_ node: Node, _ input: ValueID, _ scale: inout Double?) -> StridedView? {
        switch node.operation {
        case .general(.reshape(let type), _): return view(of: input, scale: &scale).reshaped(type)
        case .general(.transpose(let permutation), _):
            return view(of: input, scale: &scale).transposed(permutation)
        case .general(.slice(let axis, let start, let count, let step), _):
            return view(of: input, scale: &scale).selected(axis, (0..<count).map { start + $0 * step })
        case .general(.gather(let axis, let indices), _):
            return view(of: input, scale: &scale).selected(axis, indices)
        case .activation, .channelAffine:
            guard let own = scale, let factor = node.operation.uniformFactor else { return nil }
            scale = own * factor
            return view(of: input, scale: &scale)
        case .input, .convolution, .linear, .gate, .elementwise, .attention, .general: return nil
        }
    }
}

extension FusedOperation {
    /// The number that the operation multiplies all elements by, if that is all that it does.
    var uniformFactor: Double? {
        switch self {
        case .activation(let function) where function.kind == .affine && function.offset == 0:
            return Double(function.parameter)
        case .channelAffine(let affine) where affine.activation.kind == .identity:
            guard let first = affine.scale.first, affine.scale.allSatisfy({ $0 == first }),
                affine.shift.allSatisfy({ $0 == 0 })
            else { return nil }
            return first
        case .input, .convolution, .linear, .channelAffine, .gate, .elementwise, .activation, .attention,
            .general:
            return nil
        }
    }
}
