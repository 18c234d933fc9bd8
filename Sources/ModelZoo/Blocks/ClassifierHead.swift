internal import Graph

extension GraphBuilder {
    /// The end of a classifier: average over the positions, then a linear layer called `name`.
    ///
    /// Names the outputs: features `x`, embedding (the pooled features) and logits (the embedding itself where
    /// there are no classes).
    ///
    /// Source: timm/layers/classifier.py, `create_classifier`.
    func averagedClassifier(_ x: Value, classCount: Int, name: String) throws(GraphError) {
        let embedding = try globalAveragePool(x)
        output(.features, x)
        output(.embedding, embedding)
        guard classCount > 0 else {
            output(.logits, embedding)
            return
        }
        let logits = try scope(name) { () throws(GraphError) in try linear(embedding, classCount) }
        output(.logits, logits)
    }
}
