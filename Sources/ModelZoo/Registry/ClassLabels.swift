/// What the classes of a classifier are called, and who says so.
public enum ClassLabels: Sendable, Hashable {
    /// One of ImageNet's lists, known by its number of classes.
    case imageNet(LabelSet)
    /// The names that a model was exported with.
    case exported(ExportedLabels)

    /// The label of class `index`, or nil where it has none.
    public func label(at index: Int) -> Label? {
        switch self {
        case .imageNet(let set): set.label(at: index)
        case .exported(let labels): labels.label(at: index)
        }
    }
}

/// The class names of a model that was trained on classes of its own: timm's `label_names` and
/// `label_descriptions`.
///
/// Source: timm/data/dataset_info.py, `CustomDatasetInfo` and `DatasetInfoLabelMapper`.
public struct ExportedLabels: Sendable, Hashable {
    /// The names by class.
    public var names: [Int: String]
    /// Whether only some classes have names: timm's dictionary, where a list names them all.
    public var isSparse: Bool
    /// Longer texts by name; empty where there are none.
    public var descriptions: [String: String]

    /// Makes labels.
    public init(names: [Int: String], isSparse: Bool, descriptions: [String: String] = [:]) {
        self.names = names
        self.isSparse = isSparse
        self.descriptions = descriptions
    }

    /// The label of class `index`; of a class without a name timm's `<unmapped:INDEX>`, where gaps are allowed.
    func label(at index: Int) -> Label? {
        guard let name = names[index] else {
            guard isSparse, index >= 0 else { return nil }
            let text = "<unmapped:\(index)>"
            return Label(synset: text, text: text)
        }
        return Label(synset: name, text: descriptions[name] ?? name)
    }
}
