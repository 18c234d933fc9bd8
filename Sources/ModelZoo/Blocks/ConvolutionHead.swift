internal import Graph

extension GraphBuilder {
    /// The end of a mobile network: averages over the positions, the convolution `conv_head`, an activation
    /// and the linear layer `classifier`; names the outputs.
    func convolutionHead(
        _ x: Value,
        width: Int = 1280,
        hasBias: Bool = false,
        activation: Activation = .relu,
        classCount: Int
    ) throws(GraphError) {
        let pooled = try globalAveragePool(x, keepsAxes: true)
        let embedding = try self.activation(
            convolution(pooled, "conv_head", width, hasBias: hasBias),
            activation
        )
        try classifier(
            reshape(embedding, [width]),
            features: x,
            classCount: classCount,
            name: "classifier"
        )
    }
}
