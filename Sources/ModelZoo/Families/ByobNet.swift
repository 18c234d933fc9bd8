internal import Graph
internal import Tensors

// ByobNet ("bring your own blocks"): networks put together of stages of any block: GENet, RepVGG, MobileOne, ResNets with
// tiered and quad stems, RegNetZ, the ResNets of CLIP; and, in files of their own, MobileViT and the networks of
// timm/models/byoanet.py.
//
// Papers: Neural Architecture Design for GPU-Efficient Networks (https://arxiv.org/abs/2006.14090), RepVGG
// (https://arxiv.org/abs/2101.03697), MobileOne (https://arxiv.org/abs/2206.04040), Fast and Accurate Model Scaling
// (https://arxiv.org/abs/2103.06877), Learning Transferable Visual Models (CLIP, https://arxiv.org/abs/2103.00020),
// BA-Transform (https://arxiv.org/abs/1912.06607).
// Source: timm/models/byobnet.py (timm 1.0.31). No deviations; RepVGG and MobileOne keep the parallel convolutions of
// training, as timm's models and their checkpoints do.

/// The numbers of a ByobNet.
struct ByobNet: ModelConfiguration, Equatable {
    /// What a stage is made of.
    enum BlockKind: Sendable, Equatable {
        /// Two 3x3 convolutions.
        case basic
        /// 1x1, 3x3, 1x1.
        case bottleneck
        /// 1x1, 3x3.
        case dark
        /// 3x3, 1x1.
        case edge
        /// 3x3 and 1x1 side by side; every second of a stage in this many groups.
        case repVGG(groups: Int)
        /// A depthwise and a pointwise block of parallel convolutions; the last blocks of the stage are gated.
        case mobileOne(branches: Int, gated: Int)
        /// 1x1, attention over the map, 1x1.
        case attention(ResidualAttention)
        /// Convolutions around a transformer of this width and depth.
        case mobileViT(width: Int, depth: Int)
        /// The same with attention of linear cost, of half the channels.
        case mobileViTV2(depth: Int)
    }

    /// A stage's numbers.
    struct Stage: Sendable, Equatable {
        var kind = BlockKind.bottleneck
        /// Blocks of another kind, by their places.
        var exceptions: [Int: BlockKind] = [:]
        var depth: Int
        var width: Int
        var stride = 2
        /// Channels of a group of the 3x3 convolution; 0 makes one group.
        var groupSize = 0
        /// Width inside a block over its output.
        var bottleneck = 1.0
        /// Whether a bottleneck has a second 3x3 convolution.
        var hasExtraConvolution = false
    }

    /// The layers before the first stage.
    enum Stem: Sendable, Equatable {
        /// One 3x3 convolution.
        case single(Int)
        /// Convolutions, the first `plain` of them without normalisation; without a pool the last has a stride too.
        case chain([Int], kernel: Int = 3, plain: Int = 0, pool: Pool = .none)
        case repVGG(Int)
        case mobileOne(Int)

        /// How many times smaller the map is than the picture.
        var reduction: Int {
            if case .chain = self { 4 } else { 2 }
        }
    }

    /// What ends a chain.
    enum Pool: Sendable, Equatable {
        case none
        /// A 3x3 maximum.
        case maximum
        /// 2x2 averages.
        case average
    }

    /// What brings the input of a block to the shape of its result.
    enum Shortcut: Sendable, Equatable {
        case convolution
        /// 2x2 averages, then a 1x1 convolution.
        case average
        /// Nothing: such blocks have no shortcut.
        case none
    }

    /// What makes logits of the last map.
    enum Head: Sendable, Equatable {
        case average
        /// A normalised average and a hidden layer.
        case perceptron(hidden: Int)
        /// Attention over the positions.
        case attention
    }

    var stem: Stem
    var stages: [Stage]
    var shortcut = Shortcut.convolution
    /// Width of a last 1x1 convolution; 0 for none.
    var finalWidth = 0
    var attention: ChannelAttention?
    /// Whether a bottleneck counts from its input, and its sum is left without activation.
    var isLinear = false
    var activation = Activation.relu
    var normalization = Normalization.batch()
    var antiAliasing: AntiAliasing?
    var head = Head.average
    /// Height and width of the pictures that tables of places are for.
    var size = 256

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let layers = ByobLayers(builder: b, model: self)
        var x = try b.scope("stem") { () throws(GraphError) in try layers.stem() }
        var reduction = stem.reduction
        for (index, stage) in stages.enumerated() {
            x = try b.scope("stages.\(index)") { () throws(GraphError) in
                try layers.stage(x, stage, reduction: reduction)
            }
            reduction *= stage.stride
        }
        if finalWidth > 0 { x = try layers.unit(x, "final_conv", finalWidth) }
        switch head {
        case .average: try b.averagedClassifier(x, classCount: options.classCount, name: "head.fc")
        case .perceptron(let hidden):
            let pooled = try b.globalAveragePool(x, keepsAxes: true)
            let normal = try b.reshape(b.normalization(pooled, "head.norm", nil), [x.channels])
            let inner = try b.scope("head.pre_logits.fc") { () throws(GraphError) in
                try b.linear(normal, hidden)
            }
            let embedding = try b.activation(inner, activation)
            try b.classifier(embedding, features: x, classCount: options.classCount, name: "head.fc")
        case .attention:
            let embedding = try b.scope("head") { () throws(GraphError) in
                try b.attentionPool(x, grid: grid(options))
            }
            try b.classifier(embedding, features: x, classCount: options.classCount, name: "head.proj")
        }
    }

    /// The map that timm plans the last positions for: the input's sides, halved and rounded down.
    private func grid(_ options: BuildOptions) -> Extent {
        var (height, width) = (options.height / 4, options.width / 4)
        for stage in stages {
            height /= stage.stride
            width /= stage.stride
        }
        return Extent(height: height, width: width)
    }

    /// Gives timm's names to the picture half of OpenAI's CLIP checkpoints; the text half is left out.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["visual.conv1.weight"] != nil else { return }
        let layer = /^layer(\d)\.(\d+)\.([a-z]+)(\d)/
        let path = /^layer(\d)\.(\d+)\.downsample\.(\d)/
        let convolutions = ["1": "conv1_1x1", "2": "conv2_kxk", "3": "conv3_1x1"]
        let pooling = [
            ("attnpool", "head"), ("positional_embedding", "pos_embed"), ("q_proj", "q"), ("k_proj", "k"),
            ("v_proj", "v"), ("c_proj", "proj"),
        ]
        TensorNames.keep(prefix: "visual.", of: &tensors)
        try TensorNames.rename(&tensors) { name in
            guard !name.hasPrefix("attnpool") else {
                return head == .attention ? TensorNames.replacing(name, pooling) : nil
            }
            return
                name
                .replacing(/^conv(\d)/) { "stem.conv\($0.1).conv" }
                .replacing(/^bn(\d)/) { "stem.conv\($0.1).bn" }
                .replacing(layer) {
                    "stages.\((Int($0.1) ?? 1) - 1).\($0.2).\(convolutions[String($0.4)] ?? "").\($0.3)"
                }
                .replacing(path) {
                    "stages.\((Int($0.1) ?? 1) - 1).\($0.2).shortcut.conv.\($0.3 == "0" ? "conv" : "bn")"
                }
        }
    }
}
