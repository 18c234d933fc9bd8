internal import Graph

/// The layer that makes logits of pooled features.
enum ClassifierLayer: Sendable, Equatable {
    case linear
    /// A 1x1 convolution, whose weight has two more extents.
    case pointwise
}

extension GraphBuilder {
    /// The end of a classifier: average over the positions, then a linear layer called `name`.
    ///
    /// Names the outputs: features (`x` where nil), embedding (the pooled features) and logits (the embedding itself
    /// where there are no classes).
    ///
    /// Source: timm/layers/classifier.py, `create_classifier`.
    func averagedClassifier(
        _ x: Value,
        classCount: Int,
        name: String,
        layer: ClassifierLayer = .linear,
        features: Value? = nil
    ) throws(GraphError) {
        try classifier(
            globalAveragePool(x),
            features: features ?? x,
            classCount: classCount,
            name: name,
            layer: layer
        )
    }

    /// Names the outputs: `features`, `embedding` `[N, C]`, and the logits of a linear layer called `name` over it.
    func classifier(
        _ embedding: Value,
        features: Value,
        classCount: Int,
        name: String,
        layer: ClassifierLayer = .linear
    ) throws(GraphError) {
        output(.features, features)
        output(.embedding, embedding)
        guard classCount > 0 else {
            output(.logits, embedding)
            return
        }
        let logits = try scope(name) { () throws(GraphError) in
            switch layer {
            case .linear: return try linear(embedding, classCount)
            case .pointwise:
                let extents = [classCount, embedding.features]
                let weight = try append(
                    .reshape(.constant(extents)),
                    [parameter("weight", extents + [1, 1])]
                )
                return try append(.linear, [embedding, weight, parameter("bias", [classCount])])
            }
        }
        output(.logits, logits)
    }

    /// Names the outputs of a model that was distilled: the logits are the mean of what the classifiers called `names`
    /// make of one embedding.
    func averagedClassifiers(
        _ embedding: Value,
        features: Value,
        classCount: Int,
        names: [String],
        _ classifier: (String) throws(GraphError) -> Value
    ) throws(GraphError) {
        output(.features, features)
        output(.embedding, embedding)
        guard classCount > 0, let first = names.first else { return output(.logits, embedding) }
        var sum = try classifier(first)
        guard names.count > 1 else { return output(.logits, sum) }
        for name in names.dropFirst() { sum = try add(sum, classifier(name)) }
        output(.logits, try affine(sum, 1 / Float(names.count)))
    }
}
