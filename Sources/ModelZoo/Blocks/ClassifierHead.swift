internal import Graph

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
        features: Value? = nil
    ) throws(GraphError) {
        try classifier(globalAveragePool(x), features: features ?? x, classCount: classCount, name: name)
    }

    /// Names the outputs: `features`, `embedding` `[N, C]`, and the logits of a linear layer called `name` over it.
    func classifier(
        _ embedding: Value,
        features: Value,
        classCount: Int,
        name: String
    ) throws(GraphError) {
        output(.features, features)
        output(.embedding, embedding)
        guard classCount > 0 else {
            output(.logits, embedding)
            return
        }
        let logits = try scope(name) { () throws(GraphError) in try linear(embedding, classCount) }
        output(.logits, logits)
    }
}
