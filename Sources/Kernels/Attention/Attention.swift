internal import CIntrinsics
internal import KernelInterface

/// ``KernelID/attention``: `softmax(multiplier * query x key^T + bias + mask) x value`, a chunk of query rows at a time.
///
/// The scores never leave the scratch memory. Each sum runs over its terms in order, and a row's softmax over its keys,
/// so a row has the same bits in every chunk.
func runAttention(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    unsafe runHeads(as: FloatPixel.self, pointer, begin, end, scratch)
}

/// ``KernelID/attentionBFloat16``: ``runAttention(_:_:_:_:)`` with query, key, value and the weights of the values in
/// bfloat16; scores, softmax and sums are float32.
func runAttentionBFloat16(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    unsafe runHeads(as: PairPixel.self, pointer, begin, end, scratch)
}

/// The tasks of an ``AttentionPlan``, the operands of its products in the format of `Pixel`.
@inline(__always) private func runHeads<Pixel: PixelFormat>(
    as _: Pixel.Type,
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let attention = unsafe Attention<Pixel>(load(pointer, AttentionArguments.self), scratch)
    let plan = attention.plan
    var packed = -1
    for task in begin..<end {
        let (index, group) = (task / plan.groupCount, task % plan.groupCount)
        let outer = index / attention.arguments.innerCount
        let head = AttentionHead(attention.arguments, outer, index &- outer &* attention.arguments.innerCount)
        if packed != index {
            packed = index
            attention.pack(head)
        }
        let endChunk = min((group &+ 1) &* plan.groupChunks, plan.chunkCount)
        for chunk in group &* plan.groupChunks..<endChunk {
            let firstRow = chunk &* plan.chunkRows
            attention.run(head, firstRow, min(plan.chunkRows, attention.arguments.queries &- firstRow))
        }
    }
}

/// The operands of one outer and inner index.
private struct AttentionHead: BitwiseCopyable {
    let query: Source
    let key: Source
    let value: Source
    let output: Target
    let bias: Source?
    let mask: Source?
    let multiplier: Float

    @inline(__always) init(_ arguments: AttentionArguments, _ outer: Int, _ inner: Int) {
        func offset(_ strides: AttentionStrides) -> Int {
            outer &* strides.outer &+ inner &* strides.inner
        }
        func terms(_ terms: UnsafePointer<Float>?, _ strides: AttentionTermStrides) -> Source? {
            guard let terms = unsafe terms else { return nil }
            return unsafe Source(terms) + strides.offset(outer: outer, inner: inner)
        }
        unsafe query = Source(arguments.query) + offset(arguments.queryStrides)
        unsafe key = Source(arguments.key) + offset(arguments.keyStrides)
        unsafe value = Source(arguments.value) + offset(arguments.valueStrides)
        unsafe output = Target(arguments.output) + offset(arguments.outputStrides)
        unsafe bias = terms(arguments.bias, arguments.biasStrides)
        unsafe mask = terms(arguments.mask, arguments.maskStrides)
        var factor = arguments.multiplier
        if let multipliers = unsafe arguments.multipliers {
            let place = outer % arguments.multiplierPeriod &* arguments.innerCount &+ inner
            factor *= unsafe multipliers[place]
        }
        multiplier = factor
    }
}

/// A run of the kernel: its arguments and its scratch memory.
private struct Attention<Pixel: PixelFormat>: BitwiseCopyable {
    let arguments: AttentionArguments
    let plan: AttentionPlan
    /// `[block of 16 keys][depth][16]`, or `[block of 16 keys][pair][16][2]`.
    let key: Target
    /// `[block of 16 features][keys][16]`, or `[block of 16 features][pair][16][2]`.
    let value: Target
    /// `[chunk row][scoreStride]`.
    let scores: Target
    /// `[chunk row][queryStride]`.
    let query: Target
    /// `[chunk row][outputStride]`, where the features of the output are no neighbours.
    let output: Target
    /// The reciprocal of each row's sum.
    let factors: Target
    let edge: Target

    @inline(__always) init(_ arguments: AttentionArguments, _ scratch: UnsafeMutablePointer<Float>) {
        self.arguments = arguments
        plan = AttentionPlan(arguments)
        unsafe key = Target(scratch)
        value = key + plan.valuePlace
        scores = key + plan.scorePlace
        query = key + plan.queryPlace
        output = key + plan.outputPlace
        factors = key + plan.factorPlace
        edge = key + plan.edgePlace
    }

    /// Floats of a block of the packed key.
    @inline(__always) private var keyFloats: Int {
        (Pixel.isRounded ? plan.keyPairs : arguments.depth) &* 16
    }
    /// Floats of a block of the packed value.
    @inline(__always) private var valueFloats: Int {
        (Pixel.isRounded ? plan.valuePairs : arguments.keys) &* 16
    }

    /// Packs key and value.
    func pack(_ head: AttentionHead) {
        let (keys, values) = (arguments.keyStrides, arguments.valueStrides)
        packLanes(
            as: Pixel.self,
            head.key,
            laneStride: keys.row,
            lanes: arguments.keys,
            depthStride: keys.column,
            depth: arguments.depth,
            into: key,
            blockFloats: keyFloats,
            edge: edge
        )
        packLanes(
            as: Pixel.self,
            head.value,
            laneStride: values.column,
            lanes: arguments.width,
            depthStride: values.row,
            depth: arguments.keys,
            into: value,
            blockFloats: valueFloats,
            edge: edge
        )
    }

    /// Makes rows `firstRow..<firstRow + rows` of the output.
    func run(_ head: AttentionHead, _ firstRow: Int, _ rows: Int) {
        let queryStrides = arguments.queryStrides
        copyScaled(
            as: Pixel.self,
            head.query + firstRow &* queryStrides.row,
            queryStrides,
            rows: rows,
            count: arguments.depth,
            factor: head.multiplier,
            into: query,
            rowStride: plan.queryStride,
            edge: edge
        )
        score(head, firstRow, rows)
        softenRows(
            scores,
            stride: plan.scoreStride,
            rows: rows,
            count: arguments.keys,
            mask: head.mask.map { $0 + firstRow &* arguments.maskStrides.row },
            maskStride: arguments.maskStrides.row,
            factors: factors
        )
        if Pixel.isRounded {
            for row in 0..<rows {
                roundLine(scores + row &* plan.scoreStride, blocks: plan.keyBlocks, factor: factors[row])
            }
        }
        mix(head, firstRow, rows)
    }

    /// The products of query and key, and the bias.
    private func score(_ head: AttentionHead, _ firstRow: Int, _ rows: Int) {
        let activation = PreparedActivation(ActivationFunction(.identity))
        let cut = TileCut(length: rows, longest: TileExtents.rows)
        var block = 0
        while block < plan.keyBlocks {
            let vectors = min(plan.keyBlocks &- block, TileExtents.vectors)
            var row = 0
            for index in 0..<cut.count {
                let tileRows = cut.length(index)
                var epilogue = Epilogue(
                    output: scores + (row &* plan.scoreStride &+ block &* 16),
                    outputBlockStride: 16,
                    activation: activation
                )
                epilogue.outputRowStride = plan.scoreStride
                if let bias = head.bias {
                    let rowStride = arguments.biasStrides.row
                    epilogue.residual = bias + ((firstRow &+ row) &* rowStride &+ block &* 16)
                    epilogue.residualBlockStride = 16
                    epilogue.residualRowStride = rowStride
                }
                let work = ProductTile<Pixel>(
                    depth: arguments.depth,
                    input: query.source + row &* plan.queryStride,
                    rowStride: plan.queryStride,
                    weights: key.source + block &* keyFloats,
                    blockFloats: keyFloats,
                    epilogue: epilogue
                )
                withTile(rows: tileRows, vectors: vectors, work)
                row &+= tileRows
            }
            block &+= vectors
        }
    }

    /// The products of the exponentials and the value.
    private func mix(_ head: AttentionHead, _ firstRow: Int, _ rows: Int) {
        let cut = TileCut(length: rows, longest: TileExtents.rows)
        let blocks = BlockedLayout.blocks(arguments.width)
        let activation = PreparedActivation(ActivationFunction(.identity))
        let isDirect = arguments.outputStrides.column == 1
        let target = isDirect ? head.output + firstRow &* arguments.outputStrides.row : output
        let rowStride = isDirect ? arguments.outputStrides.row : plan.outputStride
        var block = 0
        while block < blocks {
            let vectors = min(blocks &- block, TileExtents.vectors)
            let isLast = block &+ vectors == blocks
            var row = 0
            for index in 0..<cut.count {
                let tileRows = cut.length(index)
                var epilogue = Epilogue(
                    output: target + (row &* rowStride &+ block &* 16),
                    outputBlockStride: 16,
                    activation: activation
                )
                epilogue.outputRowStride = rowStride
                epilogue.lastLanes = isLast ? arguments.width &- (blocks &- 1) &* 16 : 16
                // Rounded weights are divided by their sum already.
                let work = ProductTile<Pixel>(
                    depth: arguments.keys,
                    input: scores.source + row &* plan.scoreStride,
                    rowStride: plan.scoreStride,
                    weights: value.source + block &* valueFloats,
                    blockFloats: valueFloats,
                    factors: Pixel.isRounded ? nil : factors.source + row,
                    epilogue: epilogue
                )
                withTile(rows: tileRows, vectors: vectors, work)
                row &+= tileRows
            }
            block &+= vectors
        }
        guard !isDirect else { return }
        let strides = arguments.outputStrides
        for column in 0..<arguments.width {
            let line = head.output + (firstRow &* strides.row &+ column &* strides.column)
            for row in 0..<rows { line[row &* strides.row] = output[row &* plan.outputStride &+ column] }
        }
    }
}
