import KernelInterface
import Testing

@Suite struct StridedWinogradPlanTests {
    /// Large enough maps and 64 channels or more, at any instruction set; in bfloat16 none.
    @Test(arguments: Tables.all)
    func servesTheShapesThatGain(table: KernelTable) {
        for (inputs, outputs, side, isServed) in [
            (64, 128, 28, true), (288, 384, 17, true), (512, 512, 12, true), (64, 128, 7, true),
            (256, 512, 7, true), (48, 128, 28, false), (64, 15, 28, false), (256, 512, 6, false),
        ] {
            let shape = Self.shape(inputs, outputs, side, side)
            let id = table.convolution(for: shape)?.id
            #expect(id == (isServed ? .convolutionWinogradStrided : .convolutionDense), "\(shape)")
            #expect(table.convolution(for: shape, precision: .bfloat16)?.id == .convolutionDenseBFloat16)
        }
    }

    /// What the kernel reads of the scratch memory stays in it at any number of images: the rectangle does not grow.
    @Test(arguments: [
        (16, 16, 3, 3), (64, 128, 28, 28), (32, 64, 128, 128), (512, 512, 7, 7), (300, 144, 7, 61),
    ])
    func rectanglesCoverTheMap(_ inputs: Int, _ outputs: Int, _ height: Int, _ width: Int) {
        let shape = Self.shape(inputs, outputs, height, width)
        for images in [1, 2, 16] {
            let plan = StridedWinogradPlan(shape, images: images)
            #expect((plan.chunksDown - 1) * plan.chunkRows < plan.down.count)
            #expect(plan.chunksDown * plan.chunkRows >= plan.down.count)
            #expect((plan.chunksAcross - 1) * plan.chunkColumns < plan.across.count)
            #expect(plan.chunksAcross * plan.chunkColumns >= plan.across.count)
            #expect((plan.groupCount - 1) * plan.groupBlocks < shape.outputBlocks)
            #expect(plan.groupCount * plan.groupBlocks >= shape.outputBlocks)
            let floats = StridedWinogradPlan.places * (plan.patchStride + plan.productStride)
            #expect(StridedWinogradPlan.scratchFloats(shape) == floats + 2 * StridedWinogradPlan.patchFloats)
        }
    }

    private static func shape(_ inputs: Int, _ outputs: Int, _ height: Int, _ width: Int) -> ConvolutionShape
    {
        var shape = ConvolutionShape(
            inputChannels: inputs,
            inputHeight: 2 * height,
            inputWidth: 2 * width,
            outputChannels: outputs,
            outputHeight: height,
            outputWidth: width,
            kernelHeight: 3,
            kernelWidth: 3
        )
        (shape.strideHeight, shape.strideWidth) = (2, 2)
        return shape
    }
}
