internal import Graph

// SelecSLS: blocks that join their own results and, from far, the first block's of their stage.
//
// Paper: XNect: Real-time Multi-Person 3D Motion Capture (https://arxiv.org/abs/1907.00837).
// Source: timm/models/selecsls.py (timm 1.0.31). No deviations.

/// The numbers of a SelecSLS.
struct SelecSLS: ModelConfiguration, Equatable {
    /// Blocks of one width but the last, and the width that the last gives.
    struct Stage: Sendable, Equatable {
        var depth: Int
        var width: Int
        var outputs: Int
    }

    /// A convolution of the head.
    struct HeadLayer: Sendable, Equatable {
        var width: Int
        var kernel: Int = 3
        var stride = 1
    }

    var stages: [Stage]
    var head: [HeadLayer]

    init(_ stages: [(depth: Int, width: Int, outputs: Int)], head: [HeadLayer]) {
        self.stages = stages.map { Stage(depth: $0.depth, width: $0.width, outputs: $0.outputs) }
        self.head = head
    }

    /// Emits stem, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try unit(b, b.input, "stem", 32, stride: 2)
        var block = 0
        for stage in stages {
            var first: Value?
            for index in 0..<stage.depth {
                x = try b.scope("features.\(block)") { () throws(GraphError) in
                    try self.block(
                        b,
                        x,
                        stage.width,
                        outputs: index == stage.depth - 1 ? stage.outputs : stage.width,
                        first: first
                    )
                }
                if index == 0 { first = x }
                block += 1
            }
        }
        for (index, layer) in head.enumerated() {
            x = try unit(
                b,
                x,
                "head.\(index)",
                layer.width,
                kernel: Extent(layer.kernel),
                stride: layer.stride
            )
        }
        try b.averagedClassifier(x, classCount: options.classCount, name: "fc")
    }

    /// A block; `first` is the result of its stage's first, nil where it is that one, which halves the extents.
    private func block(
        _ b: GraphBuilder,
        _ x: Value,
        _ width: Int,
        outputs: Int,
        first: Value?
    ) throws(GraphError) -> Value {
        let one = try unit(b, x, "conv1", width, stride: first == nil ? 2 : 1)
        let two = try unit(b, unit(b, one, "conv2", width, kernel: 1), "conv3", width / 2)
        let three = try unit(b, unit(b, two, "conv4", width, kernel: 1), "conv5", width / 2)
        let parts = [one, two, three] + (first.map { [$0] } ?? [])
        return try unit(b, b.joined(parts), "conv6", outputs, kernel: 1)
    }

    private func unit(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Extent = 3,
        stride: Int = 1
    ) throws(GraphError) -> Value {
        let y = try b.convolution(x, "\(name).0", outputs, kernel: kernel, stride: stride)
        return try b.normalization(y, "\(name).1")
    }

    /// Four layers, of which the last two give `third` and `fourth` channels.
    static func head(_ first: Int, _ third: Int, _ fourth: Int, lastKernel: Int = 1) -> [HeadLayer] {
        [
            HeadLayer(width: first, stride: 2), HeadLayer(width: 1024), HeadLayer(width: third, stride: 2),
            HeadLayer(width: fourth, kernel: lastKernel),
        ]
    }
}

extension ModelFamily {
    /// The architectures of timm/models/selecsls.py, in its order.
    static let selecSLS = ModelFamily(
        name: "selecsls",
        variants: [
            ModelVariant(
                "selecsls42",
                SelecSLS(
                    [(2, 64, 128), (2, 144, 288), (2, 304, 480)],
                    head: SelecSLS.head(960, 1024, 1280)
                )
            ),
            ModelVariant(
                "selecsls42b",
                SelecSLS(
                    [(2, 64, 128), (2, 144, 288), (2, 304, 480)],
                    head: SelecSLS.head(960, 1280, 1024)
                )
            ),
            ModelVariant(
                "selecsls60",
                SelecSLS(
                    [(2, 64, 128), (3, 128, 288), (4, 288, 416)],
                    head: SelecSLS.head(756, 1024, 1280)
                )
            ),
            ModelVariant(
                "selecsls60b",
                SelecSLS(
                    [(2, 64, 128), (3, 128, 288), (4, 288, 416)],
                    head: SelecSLS.head(756, 1280, 1024)
                )
            ),
            ModelVariant(
                "selecsls84",
                SelecSLS(
                    [(2, 64, 144), (5, 144, 304), (6, 304, 512)],
                    head: SelecSLS.head(960, 1024, 1280, lastKernel: 3)
                )
            ),
        ]
    )
}
