package import JobQueue
package import ModelZoo
package import Weights

/// What is kept of a model's answer, and how its classes are called.
package struct OutputSelection: Sendable {
    /// How many of the best classes are kept; nil keeps none.
    package var topK: Int?
    /// Whether all logits are kept.
    package var keepsLogits: Bool
    /// Whether the vector before the classifier is kept.
    package var keepsEmbedding: Bool
    /// Whether the last feature map is kept, in a file.
    package var keepsFeatures: Bool
    /// The names of the classes, where they have any.
    package var labels: ClassLabels?
    /// How a label is written.
    package var labelStyle: LabelStyle

    /// How a label is written: timm's `--label-type`.
    package enum LabelStyle: String, Sendable, Hashable, CaseIterable {
        /// The WordNet identity, `n01440764`; of an exported model's own classes the name.
        case name
        /// The words, `tench, Tinca tinca`; of an exported model's own classes the description, or else the name.
        case description
        /// Both, where they differ: `n01440764: tench, Tinca tinca`.
        case detail
        /// No labels.
        case none
    }

    /// Makes a selection.
    package init(
        topK: Int?,
        keepsLogits: Bool = false,
        keepsEmbedding: Bool = false,
        keepsFeatures: Bool = false,
        labels: ClassLabels? = nil,
        labelStyle: LabelStyle = .description
    ) {
        self.topK = topK
        self.keepsLogits = keepsLogits
        self.keepsEmbedding = keepsEmbedding
        self.keepsFeatures = keepsFeatures
        self.labels = labels
        self.labelStyle = labelStyle
    }

    /// The selection that a job's options make of `model` with a classifier of `classCount` classes.
    ///
    /// - Throws: a `RowFailure` that fails the job for a label type that is not known, or where the model was exported
    ///   with names for another number of classes.
    package init(_ options: JobOptions, model: NamedModel, classCount: Int) throws(RowFailure) {
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
            keepsFeatures: options.outputTypes.contains(.features),
            labels: model.labels(classCount: classCount),
            labelStyle: style
        )
        try checkLabels(of: model, classCount: classCount)
    }

    /// Names that do not fit the classes are no names of theirs.
    private func checkLabels(of model: NamedModel, classCount: Int) throws(RowFailure) {
        guard topK != nil, labelStyle != .none, classCount > 0, case .exported(let labels) = labels else {
            return
        }
        let isFitting =
            labels.isSparse
            ? labels.names.keys.allSatisfy { $0 < classCount } : labels.names.count == classCount
        guard !isFitting else { return }
        throw RowFailure(
            stage: .resolve,
            code: "settings",
            message: "'\(model.exported?.file ?? model.name)' names \(labels.names.count) classes"
                + (labels.isSparse ? ", the last of them \(labels.names.keys.max() ?? 0)" : "")
                + ", the model tells \(classCount) apart; correct label_names or use --label-type none.",
            disposition: .failJob
        )
    }

    /// The kept part of an answer.
    ///
    /// - Parameters:
    ///   - logits: `[classes]`; empty where neither classes nor logits are kept.
    ///   - embedding: `[features]`; empty where it is not kept.
    ///   - features: the last feature map; empty where it is not kept. It is looked at, and goes to a file.
    /// - Returns: what a row holds.
    /// - Throws: ``WorkerError`` `notFinite` for values that are no numbers: they are no answer.
    package func prediction(
        logits: [Float],
        embedding: [Float],
        features: [Float] = []
    ) throws(WorkerError) -> Prediction {
        try Self.check(logits, "logits")
        try Self.check(embedding, "embedding")
        try Self.check(features, "features")
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
            case .detail:
                names.append(label.synset == label.text ? label.text : "\(label.synset): \(label.text)")
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
