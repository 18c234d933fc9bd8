import KernelInterface
import Testing

@Suite struct WinogradPlanTests {
    /// Channels, outputs, groups, height and width: one group, groups of every kind of border.
    static let shapes: [ConvolutionShape] = [
        (64, 64, 1, 56, 56), (512, 512, 1, 7, 7), (48, 48, 2, 56, 56), (336, 336, 14, 14, 14),
        (888, 888, 37, 7, 7), (51, 57, 3, 9, 29), (432, 432, 9, 28, 28), (336, 336, 3, 28, 28),
        (1024, 1024, 2, 6, 6), (64, 64, 4, 1, 1), (120, 51, 3, 5, 5),
    ].map { shape($0.0, $0.1, groups: $0.2, $0.3, $0.4) }

    @Test(arguments: shapes, [WinogradTiling.two, .fourByTwo, .four])
    func tasksCoverTheRunInTheScratchMemory(shape: ConvolutionShape, tiling: WinogradTiling) {
        for images in [1, 2, 3, 16, 64] {
            let plan = WinogradPlan(shape, tiling, images: images)
            let tiles = plan.tiles.count
            #expect((plan.chunkCount - 1) * plan.chunkTiles < tiles)
            #expect(plan.chunkCount * plan.chunkTiles >= tiles)
            #expect((plan.groupCount - 1) * plan.groupBlocks < shape.outputBlocks)
            #expect(plan.groupCount * plan.groupBlocks >= shape.outputBlocks)
            let places = (0..<plan.taskCount).map { plan.place(ofTask: $0) }
            #expect(Set(places.map { $0.chunk * plan.groupCount + $0.group }) == Set(0..<plan.taskCount))
            #expect(places.allSatisfy { $0.group < plan.groupCount })
            let floats = tiling.positions * (plan.patchStride + plan.productStride + 16)
            #expect(WinogradPlan.scratchFloats(shape, tiling) >= floats)
        }
    }

    /// The inputs of each task's output blocks are those that its output channels read, and there is room for them.
    @Test(arguments: shapes)
    func tasksReadTheInputsOfTheirGroups(shape: ConvolutionShape) {
        let plan = WinogradPlan(shape, .four, images: 1)
        for block in stride(from: 0, to: shape.outputBlocks, by: plan.groupBlocks) {
            let blocks = block..<min(block + plan.groupBlocks, shape.outputBlocks)
            let outputs = blocks.lowerBound * 16..<min(blocks.upperBound * 16, shape.outputChannels)
            let inputs = outputs.flatMap { output in
                let first = output / shape.outputChannelsPerGroup * shape.inputChannelsPerGroup
                return [first / 16, (first + shape.inputChannelsPerGroup - 1) / 16]
            }
            let range = shape.inputBlocksRead(outputBlocks: blocks)
            #expect(range.first == inputs.min() && range.last == inputs.max())
            #expect(range.count <= plan.inputBlocks && range.upperBound <= shape.inputBlocks)
        }
    }

    /// The lanes of a block's second group are those of another group than lane 0's.
    @Test(arguments: shapes)
    func lanesBelongToTheirGroup(shape: ConvolutionShape) {
        let outputs = shape.outputChannelsPerGroup
        for block in 0..<shape.outputBlocks {
            let channels = block * 16..<min(block * 16 + 16, shape.outputChannels)
            let lane = channels.firstIndex { $0 / outputs != block * 16 / outputs }.map { $0 - block * 16 }
            #expect(shape.secondGroupLane(outputBlock: block) == lane ?? 16)
        }
    }

    /// Groups of at least sixteen channels, at any instruction set; in bfloat16 by tiles of four outputs alone.
    @Test(arguments: Tables.all)
    func servesTheGroupsThatGain(table: KernelTable) {
        let cases: [(ConvolutionShape, KernelID, inBFloat16: KernelID)] = [
            (Self.shape(48, 48, groups: 2, 56, 56), .convolutionWinograd4, .convolutionWinograd4),
            (Self.shape(888, 888, groups: 37, 7, 7), .convolutionWinograd4, .convolutionWinograd4),
            (Self.shape(1056, 1056, groups: 3, 7, 7), .convolutionWinograd4x2, .convolutionWinograd4x2),
            (Self.shape(1056, 1056, groups: 3, 6, 6), .convolutionWinograd2, .convolutionDense),
            (Self.shape(512, 512, groups: 1, 7, 7), .convolutionWinograd4x2, .convolutionWinograd4x2),
            (Self.shape(512, 512, groups: 1, 6, 8), .convolutionWinograd2, .convolutionDenseBFloat16),
            (Self.shape(512, 512, groups: 1, 12, 12), .convolutionWinograd4, .convolutionWinograd4),
            (Self.shape(45, 96, groups: 3, 14, 14), .convolutionThreeTaps, .convolutionThreeTaps),
            (Self.shape(128, 128, groups: 16, 28, 28), .convolutionGrouped, .convolutionGrouped),
            (Self.shape(60, 60, groups: 4, 28, 28), .convolutionDense, .convolutionDense),
        ]
        for (shape, float32, bfloat16) in cases {
            #expect(table.convolution(for: shape)?.id == float32, "\(shape)")
            #expect(table.convolution(for: shape, precision: .bfloat16)?.id == bfloat16, "\(shape)")
        }
    }

    private static func shape(_ inputs: Int, _ outputs: Int, groups: Int, _ height: Int, _ width: Int)
        -> ConvolutionShape
    {
        var shape = ConvolutionShape(
            inputChannels: inputs,
            inputHeight: height,
            inputWidth: width,
            outputChannels: outputs,
            outputHeight: height,
            outputWidth: width,
            kernelHeight: 3,
            kernelWidth: 3
        )
        (shape.paddingTop, shape.paddingLeft, shape.groups) = (1, 1, groups)
        return shape
    }
}
