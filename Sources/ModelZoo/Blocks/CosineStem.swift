internal import Graph

/// The stem of CSATv2: luma and colour differences of the pixels, cosine coefficients of each 8x8 of them, normalised, and
/// a 1x1 convolution of each of the three.
///
/// All of it is linear in the pixels: a convolution of 8x8 and stride 8, whose filter is computed from the parameters.
///
/// Source: timm/models/csatv2.py, `LearnableDct2d`.
struct CosineStem {
    let builder: GraphBuilder
    /// Channels that come out, six in eight of luma.
    let outputs: Int

    private static let side = 8
    private static let coefficients = side * side
    /// What the pictures were normalised by.
    private static let mean: [Float] = [0.485, 0.456, 0.406]
    private static let deviation: [Float] = [0.229, 0.224, 0.225]

    /// Luma or a colour difference, as a sum over the normalised channels.
    private struct Component {
        var name: String
        var weights: [Float]
        var offset: Float
        var outputs: Int
    }

    /// Emits the convolution at the builder's path.
    func emit() throws(GraphError) -> Value {
        let b = builder
        let (x, side) = (b.input, Self.side)
        guard x.channels == 3 else {
            throw b.failure(
                "the stem turns red, green and blue into luma and colour differences, which timm does not adapt to other "
                    + "channels, and the pictures have \(x.channels): use pictures of 3 channels",
                code: .unsupportedConfiguration
            )
        }
        guard x.height % side == 0, x.width % side == 0 else {
            func rounded(_ extent: Int) -> Int { max((extent + side / 2) / side, 1) * side }
            throw b.failure(
                "the stem cuts pictures into blocks of \(side)x\(side) pixels, and one of \(x.height)x\(x.width) is "
                    + "no multiple of that: use \(rounded(x.height))x\(rounded(x.width)) pixels",
                code: .unsupportedConfiguration
            )
        }
        let matrix = try b.parameter("transform.transform.weights", [side, side])
        let products = try b.multiply(
            b.reshapeStatic(matrix, [side, 1, side, 1]),
            b.reshapeStatic(matrix, [1, side, 1, side])
        )
        let basis = try b.append(
            .gather(axis: 0, indices: Self.zigzag),
            [b.reshapeStatic(products, [Self.coefficients, Self.coefficients])]
        )
        var filters: [Value] = []
        var biases: [Value] = []
        for (index, component) in components.enumerated() {
            let (filter, bias) = try b.scope(component.name) { () throws(GraphError) in
                try self.filter(component, basis: basis, statistics: index)
            }
            filters.append(filter)
            biases.append(bias)
        }
        let shape = Convolution(outputChannels: outputs, kernel: Extent(side), stride: Extent(side))
        return try b.append(
            .convolution(shape),
            [x, b.concatenate(filters, axis: 0), b.concatenate(biases, axis: 0)]
        )
    }

    /// The part of the filter and of the bias that gives one component's channels.
    private func filter(_ component: Component, basis: Value, statistics: Int) throws(GraphError) -> (
        Value, Value
    ) {
        let (b, count, side) = (builder, Self.coefficients, Self.side)
        let weight = try b.parameter("weight", [component.outputs, count, 1, 1])
        let mixing = try b.reshapeStatic(weight, [component.outputs, count])
        let inverse = CosineStatistics.variances[statistics].map { 1 / ($0.squareRoot() + 1e-8) }
        let scale = try b.constant(inverse, [count, 1])
        let means = try b.constant(CosineStatistics.means[statistics].map { -$0 }, [count, 1])
        func mixed(_ x: Value) throws(GraphError) -> Value {
            try b.append(.matrixProduct(transposesRight: false), [mixing, b.multiply(x, scale)])
        }
        let plain = try b.reshapeStatic(mixed(basis), [component.outputs, 1, count])
        let filter = try b.multiply(plain, b.constant(component.weights, [1, 3, 1]))
        // The coefficients where every channel is zero.
        let sums = try b.append(.reduction(.sum, axes: [1], keepsAxes: true), [basis])
        let rest = try mixed(b.add(b.affine(sums, component.offset), means))
        return (
            try b.reshapeStatic(filter, [component.outputs, 3, side, side]),
            try b.add(
                b.reshapeStatic(rest, [component.outputs]),
                b.parameter("bias", [component.outputs])
            )
        )
    }

    /// Source: `_rgb_to_ycbcr` of values from 0 to 255.
    private var components: [Component] {
        let shares: [Float] = [0.299, 0.587, 0.114]
        let luma = (0..<3).map { 255 * shares[$0] * Self.deviation[$0] }
        let lumaOffset = (0..<3).reduce(Float(0)) { $0 + 255 * shares[$1] * Self.mean[$1] }
        let unit = outputs / 8
        func difference(_ name: String, of channel: Int, _ factor: Float) -> Component {
            let weights = (0..<3).map { index in
                factor * ((index == channel ? 255 * Self.deviation[index] : 0) - luma[index])
            }
            let offset = factor * (255 * Self.mean[channel] - lumaOffset) + 128
            return Component(name: name, weights: weights, offset: offset, outputs: unit)
        }
        return [
            Component(name: "conv_y", weights: luma, offset: lumaOffset, outputs: 6 * unit),
            difference("conv_cb", of: 2, 0.564), difference("conv_cr", of: 0, 0.713),
        ]
    }

    /// Coefficients along the diagonals, each from the other end than the one before.
    private static var zigzag: [Int] {
        var order: [Int] = []
        for diagonal in 0..<2 * side - 1 {
            let rows = max(0, diagonal - side + 1)...min(diagonal, side - 1)
            let places = rows.map { $0 * side + diagonal - $0 }
            order += diagonal % 2 == 0 ? places.reversed() : places
        }
        return order
    }
}
