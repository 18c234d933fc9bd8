internal import Graph

/// What timm makes of a vision-language model's picture tower.
enum TowerUse: Sendable, Equatable {
    /// A classifier over the patches' mean.
    case classifier
    /// A classifier over the mean of the tokens that the language model would read.
    case projectedClassifier
    /// The tower itself: the tokens that the language model would read.
    case encoder

    /// Where the tower stands in the checkpoint.
    var scope: String { self == .encoder ? "" : "encoder" }

    /// What the checkpoint calls the tower's tensor `name`.
    func checkpointName(_ name: String) -> String { self == .encoder ? name : "\(scope).\(name)" }

    /// Whether tokens are brought to the language model's form.
    var isProjected: Bool { self != .classifier }
}

/// The width of the tokens that a language model reads.
struct TowerProjection: Sendable, Equatable {
    /// Features under the default tag.
    var width: Int
    /// Features under tags of other language models, by the tag.
    var others: [String: Int] = [:]

    /// Features under `tag`.
    func width(under tag: String) -> Int { others[tag] ?? width }
}

/// A tower's block: pre-normalised attention that turns query and key by their places, then a perceptron.
struct RotaryBlock: Sendable, Equatable {
    var attention: SelfAttention
    var feedForward: FeedForward
    var normalization: TokenNormalization
}

extension GraphBuilder {
    /// `depth` blocks over the patches `[N, tokens, width]` of a map of `grid`; a feature turns with the one half a head
    /// away.
    func rotaryBlocks(
        _ x: Value,
        _ block: RotaryBlock,
        grid: Extent,
        depth: Int
    ) throws(GraphError) -> Value {
        let tables = try rotaryTables(
            RotaryEmbedding(kind: .index(), pairsHalves: true),
            grid: grid,
            prefix: 0,
            size: x.features / block.attention.heads,
            heads: block.attention.heads,
            depth: depth
        )
        var x = x
        for (index, table) in tables.enumerated() {
            x = try scope("blocks.\(index)") { () throws(GraphError) in
                let normal = try normalization(x, "norm1", block.normalization)
                let mixed = try scope("attn") { () throws(GraphError) in
                    try selfAttention(normal, block.attention, rotary: table)
                }
                let y = try add(x, mixed)
                let second = try normalization(y, "norm2", block.normalization)
                let refined = try scope("mlp") { () throws(GraphError) in
                    try feedForward(second, block.feedForward)
                }
                return try add(y, refined)
            }
        }
        return x
    }

    /// Cells of `side` x `side` tokens of `[N, H, W, C]` as one each, row after row of a cell: `[N, cells, side side C]`.
    ///
    /// Cells at the bottom and right are filled up with zeros.
    func mergedCells(_ map: Value, side: Int) throws(GraphError) -> Value {
        let extent = Extent(height: map.type.dimensions[0], width: map.type.dimensions[1])
        let plan = WindowPlan(map: extent, window: Extent(side), shift: 0)
        let count = plan.count.height * plan.count.width
        return try reshape(windows(map, plan), [count, plan.area * map.features], batchFactor: 1)
    }

    /// Emits a tower and names its outputs: `encode` gives the patches, as timm's `forward_features`, and the tokens
    /// `[N, tokens, width]` that are classified or given.
    ///
    /// A classifier normalises the tokens' mean by `normalization` without learned numbers.
    func tower(
        _ use: TowerUse,
        normalization: TokenNormalization,
        classCount: Int,
        encode: () throws(GraphError) -> (patches: Value, tokens: Value)
    ) throws(GraphError) {
        let (patches, tokens) = try scope(use.scope, encode)
        guard use == .encoder else {
            let pooled = try plainNormalization(averagedTokens(tokens), normalization)
            return try linearClassifier(
                features: use == .projectedClassifier ? tokens : patches,
                embedding: pooled,
                classCount: classCount,
                name: "head"
            )
        }
        guard classCount == 0 else {
            throw failure(
                "an encoder gives tokens and has no classifier, and \(classCount) classes are asked for: use 0 classes, "
                    + "or the architecture of the same name without _enc",
                code: .unsupportedConfiguration
            )
        }
        output(.features, patches)
        output(.embedding, tokens)
        output(.logits, tokens)
    }
}
