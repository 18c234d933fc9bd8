/// The label lists of ImageNet and its larger relatives, as timm keeps them.
public enum LabelSet: String, Sendable, Hashable, CaseIterable {
    /// 1,000 classes of ILSVRC 2012.
    case imageNet1k = "imagenet-1k"
    /// timm's 11,821 classes of the fall 2011 release.
    case imageNet12k = "imagenet-12k"
    /// Google's 21,843 classes.
    case imageNet21kGoogle = "imagenet-21k-goog"
    /// MIIL's 11,221 classes of the fall 2011 release.
    case imageNet21kMIIL = "imagenet-21k-miil"
    /// All 21,841 classes of the fall 2011 release.
    case imageNet22k = "imagenet-22k"
    /// Microsoft's 21,842 classes, those of ImageNet-1k first.
    case imageNet22kMicrosoft = "imagenet-22k-ms"

    /// The list that a classifier of `classCount` classes speaks, or nil where its classes are not ImageNet's.
    ///
    /// Source: timm/data/imagenet_info.py, `infer_imagenet_subset`.
    public init?(classCount: Int) {
        guard let set = Self.allCases.first(where: { $0.classCount == classCount }) else { return nil }
        self = set
    }

    /// The number of labels.
    public var classCount: Int {
        switch self {
        case .imageNet1k: 1000
        case .imageNet12k: 11821
        case .imageNet21kGoogle: 21843
        case .imageNet21kMIIL: 11221
        case .imageNet22k: 21841
        case .imageNet22kMicrosoft: 21842
        }
    }

    /// The label of class `index`, or nil outside the list.
    ///
    /// A bisection of the embedded list: no table is built.
    public func label(at index: Int) -> Label? {
        guard index >= 0, let columns = file.lines(startingWith: index).first, columns.count == 3 else {
            return nil
        }
        return Label(synset: columns[1], text: columns[2])
    }

    /// All labels in the order of their classes.
    public var labels: [Label] {
        file.allLines().compactMap { $0.count == 3 ? Label(synset: $0[1], text: $0[2]) : nil }
    }

    private var file: DataFile {
        switch self {
        case .imageNet1k: .imageNet1k
        case .imageNet12k: .imageNet12k
        case .imageNet21kGoogle: .imageNet21kGoogle
        case .imageNet21kMIIL: .imageNet21kMIIL
        case .imageNet22k: .imageNet22k
        case .imageNet22kMicrosoft: .imageNet22kMicrosoft
        }
    }
}

/// The name of a class.
public struct Label: Sendable, Hashable {
    /// WordNet's identity, `n02123045`; of an exported model's own classes the name.
    public var synset: String
    /// WordNet's lemmas, `tabby, tabby cat`; of an exported model's own classes the description, or else the name.
    public var text: String

    /// Makes a label.
    public init(synset: String, text: String) {
        self.synset = synset
        self.text = text
    }
}
