internal import Graph
internal import KernelInterface

/// Which values can be written straight into the concatenation that joins them, so that nothing is copied.
///
/// A value of blocked maps takes part if its kernel writes maps with any strides, its channels begin at a
/// multiple of 16, and no lane behind its last channel belongs to a neighbour. A value that several concatenations
/// read goes into the first.
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
        for (index, node) in graph.nodes.enumerated() where Self.isChannelJoin(node) {
            let join = ValueID(index: index)
            var start = 0
            for input in node.inputs {
                let channels = graph[input].type.dimensions[0]
                let isWhole =
                    channels % BlockedLayout.lanes == 0 || start + channels == node.type.dimensions[0]
                if start % BlockedLayout.lanes == 0, isWhole, places[input] == nil,
                    Self.takesStrides(graph[input])
                {
                    places[input] = Place(join: join, firstChannel: start)
                }
                start += channels
            }
        }
        self.places = places
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
