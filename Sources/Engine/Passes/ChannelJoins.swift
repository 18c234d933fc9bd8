internal import Graph
internal import KernelInterface

/// Which values can be written straight into the concatenation that joins them, so that nothing is copied.
///
/// A value of blocked maps takes part if its kernel writes maps with any strides and its channels begin at a
/// multiple of 16. Where its last block is not full, its neighbour's first channels are copied into the rest when the
/// concatenation's turn comes: by then everybody else must have read the value, since kernels count on zeros behind
/// the last channel. A value that several concatenations read goes into the first.
struct ChannelJoins: Sendable {
    /// A value's place in a concatenation.
    struct Place: Sendable, Hashable {
        /// The concatenation.
        var join: ValueID
        /// The channel of it where the value begins.
        var firstChannel: Int
    }

    /// The values that are written in place.
    let places: [ValueID: Place]

    init(_ graph: LaidOutGraph) {
        var places: [ValueID: Place] = [:]
        var ends = Self.ends(graph)
        for (index, node) in graph.nodes.enumerated() where Self.isChannelJoin(node) {
            let join = ValueID(index: index)
            var start = 0
            for input in node.inputs {
                let channels = graph[input].type.dimensions[0]
                let isWhole =
                    channels % BlockedLayout.lanes == 0 || start + channels == node.type.dimensions[0]
                if start % BlockedLayout.lanes == 0, isWhole || ends[input.index] <= index,
                    places[input] == nil,
                    Self.takesStrides(graph[input])
                {
                    places[input] = Place(join: join, firstChannel: start)
                    ends[index] = max(ends[index], ends[input.index])
                }
                start += channels
            }
        }
        self.places = places
    }

    /// For each value the first node at whose turn nobody needs the zeros behind its last channel any more.
    private static func ends(_ graph: LaidOutGraph) -> [Int] {
        var ends = [Int](repeating: 0, count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() {
            for input in node.inputs {
                // Who is joined once and in place is not read; who has views may be read for as long as they are.
                let isJoined = isChannelJoin(node) && node.inputs.count { $0 == input } == 1
                ends[input.index] = max(ends[input.index], isView(node) ? .max : index + (isJoined ? 0 : 1))
            }
        }
        for value in graph.outputs.values { ends[value.index] = .max }
        return ends
    }

    /// Whether a node's value may be the floats of its input.
    private static func isView(_ node: LaidOutGraph.Node) -> Bool {
        switch node.operation {
        case .fused(.general(.reshape, _)), .fused(.general(.slice, _)), .fused(.general(.gather, _)),
            .fused(.general(.roll, _)):
            true
        case .conversion, .fused: false
        }
    }

    private static func isChannelJoin(_ node: LaidOutGraph.Node) -> Bool {
        guard case .fused(.general(.concatenation(let axis), _)) = node.operation else { return false }
        return axis == 1 && isMap(node)
    }

    /// Whether a value is blocked maps of more than a pixel: those of one pixel are rows to some kernels.
    static func isMap(_ node: LaidOutGraph.Node) -> Bool {
        guard node.layout == .blocked, node.type.rank == 4, let maps = MapExtents(node.type) else {
            return false
        }
        return maps.pixels > 1
    }

    private static func takesStrides(_ node: LaidOutGraph.Node) -> Bool {
        guard isMap(node), case .fused(let operation) = node.operation else { return false }
        switch operation {
        case .convolution, .channelAffine, .gate, .elementwise, .activation: return true
        case .general(.pooling, _): return true
        case .general(.concatenation(let axis), _): return axis == 1
        case .input, .linear, .attention, .general: return false
        }
    }
}
