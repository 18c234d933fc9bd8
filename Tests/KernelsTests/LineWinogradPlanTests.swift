import KernelInterface
import Testing

@Suite struct LineWinogradPlanTests {
    /// Filters of one long side at any instruction set, whose lines tiles fill well enough; in bfloat16 none.
    @Test(arguments: Tables.all)
    func servesTheShapesThatGain(table: KernelTable) {
        for (kernel, side, channels, isServed) in [
            ((1, 7), 17, 192, true), ((7, 1), 17, 160, true), ((5, 5), 35, 48, true), ((1, 3), 8, 384, true),
            ((3, 1), 8, 384, true), ((1, 3), 5, 384, false), ((7, 7), 5, 64, true), ((1, 7), 1, 64, false),
            ((1, 7), 17, 15, false), ((1, 9), 17, 64, false), ((2, 2), 17, 64, false),
        ] {
            let shape = Self.shape(kernel, side, side, channels)
            let id = table.convolution(for: shape)?.id
            #expect(id == (isServed ? .convolutionWinogradLine : .convolutionDense), "\(shape)")
            #expect(table.convolution(for: shape, precision: .bfloat16)?.id == .convolutionDenseBFloat16)
        }
        #expect(table.convolution(for: Self.shape((3, 3), 8, 8, 64))?.id != .convolutionWinogradLine)
    }

    /// The scratch memory suffices at any number of images, and every line and block is in one task.
    @Test(arguments: [
        ((1, 7), 17, 17), ((7, 1), 17, 5), ((5, 5), 35, 70), ((7, 7), 200, 3), ((1, 3), 1, 900),
    ])
    func bandsCoverTheMap(_ kernel: (Int, Int), _ height: Int, _ width: Int) throws {
        for channels in [16, 192, 2048] {
            let shape = Self.shape(kernel, height, width, channels)
            let tiling = try #require(LineTiling(shape))
            let scratch = LineWinogradPlan.scratchFloats(shape, tiling)
            for images in [1, 2, 3, 7, 8, 16, 100] {
                let plan = LineWinogradPlan(shape, tiling, images: images)
                #expect(plan.lineCount * plan.lineLength == height * width)
                #expect((plan.bandCount - 1) * plan.bandLines < plan.lineCount)
                #expect(plan.bandCount * plan.bandLines >= plan.lineCount)
                #expect((plan.groupCount - 1) * plan.groupBlocks < shape.outputBlocks)
                #expect(plan.groupCount * plan.groupBlocks >= shape.outputBlocks)
                #expect(plan.tileCount * LineTiling.tile >= plan.lineLength)
                let floats = plan.points * (plan.patchStride + plan.productStride) + plan.lineFloats
                #expect(floats <= scratch)
            }
        }
    }

    private static func shape(
        _ kernel: (height: Int, width: Int),
        _ height: Int,
        _ width: Int,
        _ channels: Int
    ) -> ConvolutionShape {
        var shape = ConvolutionShape(
            inputChannels: channels,
            inputHeight: height,
            inputWidth: width,
            outputChannels: channels,
            outputHeight: height,
            outputWidth: width,
            kernelHeight: kernel.height,
            kernelWidth: kernel.width
        )
        (shape.paddingTop, shape.paddingLeft) = (kernel.height / 2, kernel.width / 2)
        return shape
    }
}
