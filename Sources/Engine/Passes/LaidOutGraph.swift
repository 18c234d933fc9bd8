internal import Graph
internal import KernelInterface

/// How a value stands in memory.
enum ValueLayout: Sendable, Hashable {
    /// Row-major under its full shape.
    case plain
    /// Channel blocks of 16, as ``BlockedLayout`` says; values `[N, C]` and `[N, C, L]` count as maps of 1 x 1 and
    /// 1 x L pixels.
    case blocked
}

/// A fused graph in which every value has a layout, and conversions stand where layouts meet.
struct LaidOutGraph: Sendable {
    /// One step or view.
    struct Node: Sendable {
        /// What it computes.
        var operation: LaidOutOperation
        /// The values that it reads.
        var inputs: [ValueID]
        /// The type of its value.
        var type: TensorType
        /// The layout of its value.
        var layout: ValueLayout
        /// The module path.
        var path: String
        /// The operators in it.
        var label: String
    }

    /// The nodes, each after its inputs.
    var nodes: [Node]
    /// The pictures, plain.
    var input: ValueID
    /// What was asked for, in any layout.
    var outputs: [OutputName: ValueID]

    /// The node that makes `value`.
    subscript(value: ValueID) -> Node { nodes[value.index] }
}

/// What a node of a laid out graph computes.
enum LaidOutOperation: Sendable {
    /// A fused operation.
    case fused(FusedOperation)
    /// The input under the node's layout.
    case conversion
}

/// A batched value seen as feature maps: channels, rows and columns of `factor` images a picture.
struct MapExtents: Sendable, Hashable {
    /// Images for each picture.
    var imagesPerPicture: Int
    /// C.
    var channels: Int
    /// H.
    var height: Int
    /// W.
    var width: Int

    /// The maps of a type `[N, C]`, `[N, C, L]` or `[N, C, H, W]`; nil for others.
    init?(_ type: TensorType) {
        guard type.isBatched, (2...4).contains(type.rank) else { return nil }
        imagesPerPicture = type.batchFactor
        channels = type.dimensions[0]
        height = type.rank == 4 ? type.dimensions[1] : 1
        width = type.rank == 2 ? 1 : type.dimensions[type.rank - 2]
    }

    /// The strides of the maps under `layout`, dense.
    func strides(_ layout: ValueLayout) -> MapStrides {
        switch layout {
        case .plain: .plain(channels: channels, height: height, width: width)
        case .blocked: .blocked(channels: channels, height: height, width: width)
        }
    }

    /// Whether both layouts are the same bytes.
    var isLayoutFree: Bool { height == 1 && width == 1 && channels % BlockedLayout.lanes == 0 }

    /// Pixels of a map.
    var pixels: Int { height * width }
}

extension TensorType {
    /// Floats of one picture's part under `layout`, dense.
    func floatsPerPicture(_ layout: ValueLayout) -> Int {
        switch layout {
        case .plain: return countPerPicture
        case .blocked:
            guard let maps = MapExtents(self) else { preconditionFailure("\(self) has no blocked layout") }
            return maps.imagesPerPicture * maps.strides(.blocked).image
        }
    }
}
