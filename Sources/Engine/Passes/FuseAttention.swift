internal import Graph
internal import KernelInterface
internal import Tensors

/// Fuses `softmax(scale * query x key^T + terms) x value` with the movements before and after it into one step, which
/// reads query, key and value where the layers before left them, and never writes the scores to memory.
///
/// Terms are static: tables of relative positions, masks of shifted windows. Scores and weights that anybody else reads
/// stay, and so does the whole. Numbers change by the order of scaling and of the division alone.
enum FuseAttention {
    static func apply(_ graph: FusedGraph) -> FusedGraph {
        var result = graph
        let readers = graph.readers
        for index in graph.nodes.indices {
            guard let match = AttentionMatch(graph, readers, product: ValueID(index: index)) else { continue }
            let node = graph[match.result]
            result.nodes[match.result.index] = FusedGraph.Node(
                operation: .attention(match.attention),
                inputs: match.inputs,
                type: node.type,
                path: graph[ValueID(index: index)].path,
                label: "attention"
            )
        }
        return result.pruned()
    }
}

extension FusedGraph {
    /// The values that read each value; an output of the graph counts as its own value.
    var readers: [[ValueID]] {
        var readers = [[ValueID]](repeating: [], count: nodes.count)
        for (index, node) in nodes.enumerated() {
            for input in node.inputs { readers[input.index].append(ValueID(index: index)) }
        }
        for value in outputs.values { readers[value.index].append(value) }
        return readers
    }
}

/// An attention that has been found in a graph.
private struct AttentionMatch {
    /// What computes it.
    let attention: FusedAttention
    /// The values that query, key and value are read from.
    let inputs: [ValueID]
    /// The value that it stands for.
    let result: ValueID

    /// More floats of scratch memory than this a thread are not taken.
    private static let workingFloats = 1 << 24

    /// The attention whose last product is `product`; nil where there is none.
    init?(_ graph: FusedGraph, _ readers: [[ValueID]], product: ValueID) {
        guard let (left, right, transposesRight) = graph.matrixProduct(product) else { return nil }
        let isTurned = !graph.isSoftmax(left)
        let (weights, values) = isTurned ? (right, left) : (left, right)
        guard !isTurned || transposesRight, graph.isSoftmax(weights), readers[weights.index].count == 1,
            let scores = ScoreChain(graph, readers, from: graph[weights].inputs[0]),
            graph[scores.product].type == graph[weights].type
        else { return nil }

        var (queryScale, keyScale, valueScale): (Double?, Double?, Double?) = (1, 1, nil)
        let query = graph.view(of: scores.query, scale: &queryScale)
        var key = graph.view(of: scores.key, scale: &keyScale)
        var value = graph.view(of: values, scale: &valueScale)
        if !scores.transposesKey { key = key.turned }
        if isTurned || transposesRight { value = value.turned }
        var (result, output) = graph.written(product, readers)
        if isTurned { output = output.turned }
        let views = [query, key, value, output]
        let axes = LeadingAxes(views)
        let rank = query.extents.count
        guard views.allSatisfy({ $0.extents.dropLast(2) == query.extents.dropLast(2) }),
            axes.extents.count <= 2
        else { return nil }

        let outer = axes.extents[0] / StridedView.pictures
        let inner = axes.extents.count > 1 ? axes.extents[1] : 1
        var attention = FusedAttention(
            outerPerPicture: outer,
            innerCount: inner,
            queries: query.extents[rank - 2],
            keys: key.extents[rank - 2],
            depth: query.extents[rank - 1],
            width: value.extents[rank - 1],
            multiplier: Float((queryScale ?? 1) * (keyScale ?? 1) * scores.factor),
            multipliers: scores.multipliers?.map(Float.init),
            query: .init(offset: query.offset, strides: axes.strides(0, query)),
            key: .init(offset: key.offset, strides: axes.strides(1, key)),
            value: .init(offset: value.offset, strides: axes.strides(2, value)),
            outputStrides: axes.strides(3, output)
        )
        guard attention.workingFloats <= Self.workingFloats else { return nil }
        attention.add(scores.terms)
        self.attention = attention
        inputs = [query.value, key.value, value.value]
        self.result = result
    }
}

extension FusedGraph {
    /// The operands of a product of two values.
    fileprivate func matrixProduct(_ value: ValueID) -> (ValueID, ValueID, transposesRight: Bool)? {
        let node = self[value]
        guard case .general(.matrixProduct(let transposesRight), let statics) = node.operation,
            node.inputs.count == 2, statics.isEmpty, node.type.rank >= 3
        else { return nil }
        return (node.inputs[0], node.inputs[1], transposesRight)
    }

    /// Whether `value` is a softmax over its last axis.
    fileprivate func isSoftmax(_ value: ValueID) -> Bool {
        guard case .general(.softmax(let axis), _) = self[value].operation else { return false }
        return axis == self[value].type.rank - 1
    }

    /// The value that the result of `product` may be written into at once, and where it stands there: a transposition
    /// of it that nobody else needs the result for, or the result itself.
    fileprivate func written(_ product: ValueID, _ readers: [[ValueID]]) -> (ValueID, StridedView) {
        let type = self[product].type
        let readers = readers[product.index]
        if readers.count == 1, case .general(.transpose(let permutation), _) = self[readers[0]].operation,
            permutation.first == 0
        {
            var inverse = permutation
            for (axis, source) in permutation.enumerated() { inverse[source] = axis }
            if let view = StridedView(readers[0], self[readers[0]].type).transposed(inverse) {
                return (readers[0], view)
            }
        }
        return (product, StridedView(product, type))
    }
}

extension StridedView {
    /// The view with the last two axes changed.
    fileprivate var turned: StridedView {
        var copy = self
        let rank = extents.count
        copy.extents.swapAt(rank - 2, rank - 1)
        copy.strides.swapAt(rank - 2, rank - 1)
        return copy
    }
}

extension FusedAttention {
    /// Adds terms of the scores to the bias, or to the mask where they differ between outer indices.
    fileprivate mutating func add(_ terms: [ScoreTerm]) {
        for isMask in [false, true] {
            var chosen: [ScoreTerm] = []
            var variesInside = false
            for term in terms {
                let variation = term.variation(outerPerPicture: outerPerPicture, innerCount: innerCount)
                guard variation.outer == isMask else { continue }
                chosen.append(term)
                variesInside = variesInside || variation.inner
            }
            guard !chosen.isEmpty else { continue }
            let (outer, inner) = (isMask ? outerPerPicture : 1, variesInside ? innerCount : 1)
            let row = BlockedLayout.padded(keys)
            var sum = [Float](repeating: 0, count: outer * inner * queries * row)
            for term in chosen {
                term.add(to: &sum, outerCount: outer, innerCount: inner, keys, inner: innerCount)
            }
            let strides = AttentionTermStrides(
                period: outer,
                outer: isMask ? inner * queries * row : 0,
                inner: inner > 1 ? queries * row : 0,
                row: row
            )
            if isMask {
                mask = Terms(values: sum, strides: strides)
            } else {
                bias = Terms(values: sum, strides: strides)
            }
        }
    }
}
