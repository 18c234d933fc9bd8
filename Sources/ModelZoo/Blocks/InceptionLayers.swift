internal import Graph

/// The layers of the Inception networks: convolutions normalised with TensorFlow's epsilon.
struct InceptionLayers {
    let builder: GraphBuilder

    /// Convolution, batch normalisation and ReLU called `name`; unpadded unless `isPadded`.
    func unit(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        _ kernel: Extent = 1,
        stride: Int = 1,
        isPadded: Bool = false
    ) throws(GraphError) -> Value {
        let (vertical, horizontal) = (kernel.height / 2, kernel.width / 2)
        return try builder.convolutionBlock(
            x,
            name,
            outputs,
            kernel: kernel,
            stride: stride,
            padding: isPadded
                ? Edges(top: vertical, left: horizontal, bottom: vertical, right: horizontal) : .zero,
            normalization: .batch(epsilon: 1e-3)
        )
    }

    /// Means of 3x3 windows.
    func averaged(_ x: Value, countsPadding: Bool = true) throws(GraphError) -> Value {
        try builder.averagePool(x, kernel: 3, stride: 1, padding: 1, countsPadding: countsPadding)
    }

    /// A 1x3 and a 3x1 convolution of the same input, side by side.
    func split(_ x: Value, _ row: String, _ column: String, _ width: Int) throws(GraphError) -> Value {
        try builder.joined([
            unit(x, row, width, Extent(height: 1, width: 3), isPadded: true),
            unit(x, column, width, Extent(height: 3, width: 1), isPadded: true),
        ])
    }

    /// Units called `name.0`, `name.1` and so on, one after the other.
    func chain(_ x: Value, _ name: String, _ units: [Unit], firstIndex: Int = 0) throws(GraphError) -> Value {
        var y = x
        for (index, unit) in units.enumerated() {
            y = try self.unit(
                y,
                "\(name).\(index + firstIndex)",
                unit.outputs,
                unit.kernel,
                stride: unit.stride,
                isPadded: unit.isPadded
            )
        }
        return y
    }

    /// The numbers of a unit in a chain.
    struct Unit {
        var outputs: Int
        var kernel: Extent = 1
        var stride = 1
        var isPadded = false

        /// 1x1.
        static func point(_ outputs: Int) -> Unit { Unit(outputs: outputs) }
        /// Stride 1 and the extents kept.
        static func same(_ outputs: Int, _ height: Int, _ width: Int) -> Unit {
            Unit(outputs: outputs, kernel: Extent(height: height, width: width), isPadded: true)
        }
        /// 3x3 without padding.
        static func inner(_ outputs: Int, stride: Int) -> Unit {
            Unit(outputs: outputs, kernel: 3, stride: stride)
        }
    }
}
