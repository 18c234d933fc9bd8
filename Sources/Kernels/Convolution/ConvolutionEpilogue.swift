internal import KernelInterface

extension ConvolutionArguments {
    /// What follows the sums of a tile of `vectors` output blocks from `block` on whose first pixel is (`row`, `column`).
    @inline(__always) func epilogue(
        _ activation: PreparedActivation,
        image: Int,
        block: Int,
        vectors: Int,
        row: Int,
        column: Int
    ) -> Epilogue {
        func offset(_ strides: MapStrides) -> Int {
            image &* strides.image &+ block &* strides.channel &+ row &* strides.row &+ column &* 16
        }
        var epilogue = unsafe Epilogue(
            output: Target(output) + offset(outputStrides),
            outputBlockStride: outputStrides.channel,
            activation: activation
        )
        let blocks = shape.outputBlocks
        epilogue.lastChannels = block &+ vectors == blocks ? shape.outputChannels &- (blocks &- 1) &* 16 : 16
        if let bias = unsafe bias { unsafe epilogue.bias = Source(bias) + block &* 16 }
        if let residual = unsafe residual {
            unsafe epilogue.residual = Source(residual) + offset(residualStrides)
            epilogue.residualBlockStride = residualStrides.channel
        }
        return epilogue
    }
}
