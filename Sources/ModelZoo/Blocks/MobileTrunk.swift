internal import Graph

/// A mobile network before scaling: block strings in stages, and what stands before and after them.
struct MobileTrunk: Sendable, Equatable {
    /// The first convolution, of stride 2.
    struct Stem: Sendable, Equatable {
        var width: Int
        var kernel = 3
        /// Whether the width multiplier holds.
        var isScaled = true
        /// Whether the convolution has a bias and stands with its normalisation in one block.
        var isBlock = false
    }

    /// The width of the last 1x1 convolution.
    enum Head: Sendable, Equatable {
        case none
        case fixed(Int)
        case scaled(Int)
        case scaledAtLeast(Int)
    }

    /// How a scaled depth becomes whole.
    enum DepthRounding: Sendable, Equatable { case up, nearest }

    /// timm's block strings.
    var stages: [[String]]
    var stem: Stem
    var head: Head
    var activation: Activation
    /// A rounded width may not fall below this share of the exact one.
    var roundingLimit = 0.9
    var depthRounding = DepthRounding.up
    /// Whether the depth multiplier leaves the first and the last stage alone.
    var keepsEndDepths = false
}

/// A block of a scaled network: every number settled but the input's size.
struct PlannedBlock: Sendable, Equatable {
    /// The part of a space-to-depth region.
    enum SpaceToDepth: Sendable, Equatable { case outside, first, inside }

    var block: MobileBlock
    /// Input channels before pruning.
    var inputs: Int
    /// Output channels before pruning.
    var outputs: Int
    var stride: Int
    var expansion: Double
    /// Width of the squeeze over that of the gated map.
    var squeezeRatio: Double
    /// Input channels that the expansion counts from.
    var expandedInputs: Int
    var spaceToDepth: SpaceToDepth

    /// Whether the input is added to the result.
    var hasShortcut: Bool {
        block.shortcut == .addedWhereShapesAgree && inputs == outputs && stride == 1
    }
}

extension EfficientNet {
    /// The blocks of each stage after depth and width scaling.
    ///
    /// Source: timm/models/_efficientnet_builder.py, `decode_arch_def` and `EfficientNetBuilder`.
    func plan(stemWidth: Int) throws(GraphError) -> [[PlannedBlock]] {
        var inputs = stemWidth
        var region = PlannedBlock.SpaceToDepth.outside
        var result: [[PlannedBlock]] = []
        for stage in trunk.stages.indices {
            var planned: [PlannedBlock] = []
            for (index, block) in try scaledBlocks(stage).enumerated() {
                var stride = index == 0 ? block.stride : 1
                var expansion = block.expansion
                if region == .outside, block.startsSpaceToDepth {
                    region = .first
                } else if region == .inside, stride == 2 {
                    // The stride that ends a region is taken already; the input has four times the channels.
                    stride = 1
                    expansion /= 4
                    region = .outside
                }
                var outputs = scaled(block.outputs)
                if region != .outside { outputs *= 4 }
                var squeezeRatio = block.squeezeRatio / (squeeze.countsFromExpansion ? 1 : expansion)
                if region == .first { squeezeRatio /= 4 }
                planned.append(
                    PlannedBlock(
                        block: block,
                        inputs: inputs,
                        outputs: outputs,
                        stride: stride,
                        expansion: expansion,
                        squeezeRatio: squeezeRatio,
                        expandedInputs: block.assumedInputs > 0 ? scaled(block.assumedInputs) : inputs,
                        spaceToDepth: region
                    )
                )
                inputs = outputs
                if region == .first { region = .inside }
            }
            result.append(planned)
        }
        return result
    }

    /// The blocks of a stage, each as often as the scaled depth wants it.
    ///
    /// Source: `_scale_stage_depth`; the last rows of a stage are scaled first.
    private func scaledBlocks(_ stage: Int) throws(GraphError) -> [MobileBlock] {
        var rows: [(block: MobileBlock, repeats: Int)] = []
        for text in trunk.stages[stage] { rows.append(try MobileBlock.parse(text)) }
        let isEnd = stage == 0 || stage == trunk.stages.count - 1
        let multiplier = trunk.keepsEndDepths && isEnd ? 1 : depths[stage]
        var repeats = rows.reduce(0) { $0 + $1.repeats }
        let exact = Double(repeats) * multiplier
        var scaledRepeats: Int
        switch trunk.depthRounding {
        case .up: scaledRepeats = Int(exact.rounded(.up))
        case .nearest: scaledRepeats = max(1, Int(exact.rounded(.toNearestOrEven)))
        }
        var blocks: [MobileBlock] = []
        for (row, count) in rows.reversed() {
            let share = (Double(count) / Double(repeats) * Double(scaledRepeats)).rounded(.toNearestOrEven)
            let own = max(1, Int(share))
            var block = row
            if block.experts > 0 { block.experts *= experts }
            if block.groupSize == nil { block.groupSize = groupSize }
            blocks.insert(contentsOf: [MobileBlock](repeating: block, count: own), at: 0)
            repeats -= count
            scaledRepeats -= own
        }
        return blocks
    }
}
