internal import Graph

/// A row of blocks of a mobile network, as timm's strings describe it: `ir_r2_k3_s2_e6_c24_se0.25`.
///
/// Source: timm/models/_efficientnet_builder.py, `_decode_block_str`.
struct MobileBlock: Sendable, Equatable {
    /// What the block computes.
    enum Kind: Sendable, Equatable {
        /// `ir`: expand, depthwise, project (MobileNet-V2).
        case invertedResidual
        /// `ds`: depthwise, project; `dsa` activates the projection (MobileNet-V1).
        case depthwiseSeparable(activatesProjection: Bool)
        /// `er`: a full convolution that expands, project (EfficientNet-EdgeTPU).
        case edgeResidual
        /// `cn`: one convolution.
        case convolution
        /// `uir`: optional depthwise, expand, optional depthwise, project (MobileNet-V4).
        case universal
        /// `mqa`: attention whose heads share keys and values (MobileNet-V4).
        case attention(Attention)
    }

    /// The numbers of an attention block.
    struct Attention: Sendable, Equatable {
        var heads: Int
        /// Channels of a key and of a value.
        var width: Int
        /// Stride of the positions that keys and values are taken at.
        var stride: Int
    }

    /// What happens to the input beside the block.
    enum Shortcut: Sendable, Equatable { case addedWhereShapesAgree, none }

    var kind: Kind
    /// Output channels before scaling.
    var outputs: Int
    var stride: Int
    /// Extents of the main convolution; 0 leaves a universal block's out.
    var kernel: KernelExtents
    /// Extents of the expanding convolution; of a universal block's first depthwise one, 0 for none.
    var expansionKernel: KernelExtents
    /// Extents of the projecting convolution.
    var projectionKernel: KernelExtents
    /// Width inside the block over that of its input.
    var expansion: Double
    /// Width of the squeeze over that of the input; 0 leaves squeeze-and-excitation out.
    var squeezeRatio: Double
    /// nil stands for the network's own.
    var activation: Activation?
    var shortcut: Shortcut
    /// Whether the block begins a region of space-to-depth.
    var startsSpaceToDepth: Bool
    /// Experts of conditional convolutions; 0 makes plain ones.
    var experts: Int
    /// Channels of a group; 0 makes one group, nil stands for the kind's own.
    var groupSize: Int?
    /// Input channels that the expansion pretends to have; 0 for the true ones.
    var assumedInputs: Int

    /// How often the block stands, before the depth is scaled.
    static func parse(_ text: String) throws(GraphError) -> (block: MobileBlock, repeats: Int) {
        let words = text.split(separator: "_")
        func failure(_ what: String) -> GraphError {
            GraphError(code: .unsupportedConfiguration, message: "block '\(text)' \(what)")
        }
        var values: [String: Substring] = [:]
        for word in words.dropFirst() {
            let key = word.prefix { !$0.isNumber }
            values[String(key)] = word.dropFirst(key.count)
        }
        func integer(_ key: String, default other: Int? = nil) throws(GraphError) -> Int {
            if let number = values[key].flatMap({ Int($0) }) ?? other { return number }
            throw failure("lacks the number '\(key)'")
        }
        func kernel(_ key: String, default other: Int? = nil) throws(GraphError) -> KernelExtents {
            if let extents = values[key].flatMap(KernelExtents.init(text:)) { return extents }
            if let other { return KernelExtents(other) }
            throw failure("lacks the extent '\(key)'")
        }
        let kind: Kind
        switch words.first {
        case "ir": kind = .invertedResidual
        case "ds": kind = .depthwiseSeparable(activatesProjection: false)
        case "dsa": kind = .depthwiseSeparable(activatesProjection: true)
        case "er": kind = .edgeResidual
        case "cn": kind = .convolution
        case "uir": kind = .universal
        case "mqa":
            let attention = Attention(
                heads: try integer("h"),
                width: try integer("d"),
                stride: try integer("v", default: 1)
            )
            kind = .attention(attention)
        default: throw failure("is of an unknown kind")
        }
        // Single convolutions and activated separable blocks have no shortcut unless the string asks for one.
        let hasShortcut: Bool
        switch kind {
        case .convolution: hasShortcut = values["skip"] != nil
        case .depthwiseSeparable(activatesProjection: true): hasShortcut = false
        case .invertedResidual, .edgeResidual, .depthwiseSeparable, .universal, .attention:
            hasShortcut = values["noskip"] == nil
        }
        let activations: [String: Activation] = [
            "nre": .relu, "nr6": .relu6, "nhs": .hardSwish, "nsw": .silu, "nmi": .mish,
        ]
        // 'nr6' splits into a key and a digit, so the words themselves are asked.
        let activation = words.lazy.compactMap { activations[String($0)] }.first
        let block = MobileBlock(
            kind: kind,
            outputs: try integer("c"),
            stride: try integer("s"),
            kernel: try kernel("k"),
            expansionKernel: try kernel("a", default: kind == .universal ? 0 : 1),
            projectionKernel: try kernel("p", default: 1),
            expansion: values["e"].flatMap { Double($0) } ?? 1,
            squeezeRatio: values["se"].flatMap { Double($0) } ?? 0,
            activation: activation,
            shortcut: hasShortcut ? .addedWhereShapesAgree : .none,
            startsSpaceToDepth: words.first != "mqa" ? try integer("d", default: 0) > 0 : false,
            experts: try integer("cc", default: 0),
            groupSize: values["gs"].flatMap { Int($0) },
            assumedInputs: try integer("fc", default: 0)
        )
        return (block, try integer("r"))
    }
}

/// The extents of a convolution: one, or several for channels that split among them (MixConv,
/// https://arxiv.org/abs/1907.09595).
struct KernelExtents: Sendable, Equatable {
    var sides: [Int]
    /// Whether timm numbers the parts: also true of a list of one.
    var isMixed: Bool

    /// One extent for all channels.
    init(_ side: Int) {
        sides = [side]
        isMixed = false
    }

    /// `3`, or `3.5.7` for a mixed convolution.
    init?(text: Substring) {
        let parts = text.split(separator: ".")
        sides = parts.compactMap { Int($0) }
        guard !sides.isEmpty, sides.count == parts.count else { return nil }
        isMixed = text.contains(".")
    }

    /// `channels` split among the extents, the remainder to the first.
    func split(_ channels: Int) -> [Int] {
        var parts = [Int](repeating: channels / sides.count, count: sides.count)
        parts[0] += channels - parts.reduce(0, +)
        return parts
    }
}
