package import JobQueue
package import ModelZoo

/// What is kept of a model's answer, and how its classes are called.
package struct OutputSelection: Sendable {
    /// How many of the best classes are kept; nil keeps none.
    package var topK: Int?
    /// Whether all logits are kept.
    package var keepsLogits: Bool
    /// Whether the vector before the classifier is kept.
    package var keepsEmbedding: Bool
    /// The names of the classes, where they have any.
    package var labels: LabelSet?
    /// How a label is written.
    package var labelStyle: LabelStyle

    /// How a label is written: timm's `--label-type`.
    package enum LabelStyle: String, Sendable, Hashable, CaseIterable {
        /// The WordNet identity: `n01440764`.
        case name
        /// The words: `tench, Tinca tinca`.
        case description
        /// Both: `n01440764: tench, Tinca tinca`.
        case detail
        /// No labels.
        case none
    }

    /// Makes a selection.
    package init(
        topK: Int?,
        keepsLogits: Bool = false,
        keepsEmbedding: Bool = false,
        labels: LabelSet? = nil,
        labelStyle: LabelStyle = .description
    ) {
        self.topK = topK
        self.keepsLogits = keepsLogits
        self.keepsEmbedding = keepsEmbedding
        self.labels = labels
        self.labelStyle = labelStyle
    }

    /// The selection that a job's options make of a classifier of `classCount` classes.
    ///
    /// - Throws: a `RowFailure` that fails the job for a label type that is not known.
    package init(_ options: JobOptions, classCount: Int) throws(RowFailure) {
        var style = LabelStyle.description
        if let word = options.labelType {
            guard let known = LabelStyle(rawValue: word) else {
                let words = LabelStyle.allCases.map(\.rawValue).joined(separator: ", ")
                throw RowFailure(
                    stage: .resolve,
                    code: "settings",
                    message: "label_type \(word) is not known; one of \(words) is expected.",
                    disposition: .failJob
                )
            }
            style = known
        }
        self.init(
            topK: options.outputTypes.contains(.prob) ? options.topK : nil,
            keepsLogits: options.outputTypes.contains(.logit),
            keepsEmbedding: options.outputTypes.contains(.embedding),
            labels: LabelSet(classCount: classCount),
            labelStyle: style
        )
    }

    /// The kept part of an answer.
    ///
    /// - Parameters:
    ///   - logits: `[classes]`; empty where neither classes nor logits are kept.
    ///   - embedding: `[features]`; empty where it is not kept.
    /// - Returns: what a row holds.
    /// - Throws: ``WorkerError`` `notFinite` for values that are no numbers: they are no answer.
    package func prediction(logits: [Float], embedding: [Float]) throws(WorkerError) -> Prediction {
        try Self.check(logits, "logits")
        try Self.check(embedding, "embedding")
        var prediction = Prediction()
        if let topK {
            let ranking = Ranking.top(topK, ofLogits: logits)
            prediction.index = ranking.indices.map(Int32.init)
            prediction.prob = ranking.probabilities
            prediction.label = names(of: ranking.indices)
        }
        if keepsLogits { prediction.logit = logits }
        if keepsEmbedding { prediction.embedding = embedding }
        return prediction
    }

    /// The classes' names, or none where one of them has no name.
    private func names(of indices: [Int]) -> [String] {
        guard let labels, labelStyle != .none else { return [] }
        var names: [String] = []
        for index in indices {
            guard let label = labels.label(at: index) else { return [] }
            switch labelStyle {
            case .name: names.append(label.synset)
            case .description: names.append(label.text)
            case .detail: names.append("\(label.synset): \(label.text)")
            case .none: return []
            }
        }
        return names
    }

    private static func check(_ values: [Float], _ what: String) throws(WorkerError) {
        guard let index = values.firstIndex(where: { !$0.isFinite }) else { return }
        throw WorkerError(
            code: .notFinite,
            message: "The model's \(what) hold \(values[index]) at position \(index) of \(values.count): "
                + "finite numbers are expected. The picture's values or the weights are out of range."
        )
    }
}
