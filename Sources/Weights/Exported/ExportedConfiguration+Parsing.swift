import ModelZoo
import Tensors

extension ExportedConfiguration {
    /// The members of timm's `PretrainedCfg`: another one is an error there too.
    private static let pretrainedNames: Set<String> = [
        "url", "file", "state_dict", "hf_hub_id", "hf_hub_filename", "source", "architecture", "tag",
        "custom_load", "input_size", "test_input_size", "min_input_size", "fixed_input_size", "interpolation",
        "crop_pct", "test_crop_pct", "crop_mode", "mean", "std", "num_classes", "label_offset", "label_names",
        "label_descriptions", "pool_size", "test_pool_size", "first_conv", "classifier", "license",
        "description", "origin_url", "paper_name", "paper_ids", "notes",
    ]

    /// The counts of classes that make sense.
    static let classCounts = 0...10_000_000

    /// Reads the members of a `config.json`.
    init(_ root: ConfigurationFields, sha256: String) throws(WeightsError) {
        let architecture = try Self.architecture(root)
        let pretrained = try Self.pretrained(root)
        for name in pretrained.members.keys.sorted() where !Self.pretrainedNames.contains(name) {
            throw root.error("timm's PretrainedCfg has no '\(name)'; correct the name or remove it")
        }
        var tag = try Self.tag(pretrained, architecture: architecture)
        if let classCount = try root.integer("num_classes", in: Self.classCounts) {
            tag.classCount = classCount
        }
        builtSize = try ModelArguments(root).apply(to: &tag, root: root)
        let outerLabels = try Self.labels(root)
        let innerLabels = try Self.labels(pretrained)
        labels = outerLabels ?? innerLabels
        weightsFileName = try Self.weightsFileName(pretrained)
        if try pretrained.integer("label_offset", in: 0...Self.classCounts.upperBound) ?? 0 > 0 {
            throw pretrained.wrong("label_offset", "none or 0", pretrained.members["label_offset"] ?? .null)
        }
        self.tag = tag
        self.sha256 = sha256
        file = root.file
    }

    /// The architecture by its present name.
    private static func architecture(_ root: ConfigurationFields) throws(WeightsError) -> String {
        guard let name = try root.string("architecture"), !name.isEmpty else {
            let hint =
                root.members["architectures"] == nil
                ? "export the model again with timm's save_for_hf"
                : "'architectures' is another library's: timm can only load what timm exported"
            throw root.error("'architecture' is missing: the name of a timm model is expected; \(hint)")
        }
        // timm leaves a tag behind the name out of account.
        let plain = name.prefix { $0 != "." }
        do throws(ModelZooError) {
            return try ModelRegistry.resolve(String(plain)).architecture
        } catch {
            throw WeightsError(
                code: .configuration,
                message: "'\(root.file)': architecture is \"\(name)\": \(error)",
                cause: error
            )
        }
    }

    /// The pretrained configuration: a member of its own, or all of an older, flat file.
    private static func pretrained(_ root: ConfigurationFields) throws(WeightsError) -> ConfigurationFields {
        if root.members["pretrained_cfg"] != nil {
            return try root.object("pretrained_cfg")
                ?? ConfigurationFields(file: root.file, prefix: "pretrained_cfg.", members: [:])
        }
        var flat = root
        for name in ["architecture", "num_features"] { flat.members[name] = nil }
        if let labels = flat.members.removeValue(forKey: "labels") { flat.members["label_names"] = labels }
        return flat
    }

    /// The name becomes a part of paths: it must not leave the repository.
    private static func weightsFileName(_ fields: ConfigurationFields) throws(WeightsError) -> String? {
        guard let name = try fields.string("hf_hub_filename"), !name.isEmpty else { return nil }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy(HubRepository.isName) else {
            throw fields.wrong("hf_hub_filename", "the name of a file of the repository", .string(name))
        }
        return name
    }

    private static func tag(
        _ fields: ConfigurationFields,
        architecture: String
    ) throws(WeightsError) -> PretrainedTag {
        var tag = PretrainedTag(architecture: architecture)
        tag.tag = try fields.string("tag") ?? tag.tag
        tag.isPretrained = true
        tag.inputSize = try fields.size("input_size") ?? tag.inputSize
        tag.testInputSize = try fields.size("test_input_size")
        tag.minimumInputSize = try fields.size("min_input_size")
        tag.cropFraction = try fields.fraction("crop_pct") ?? tag.cropFraction
        tag.testCropFraction = try fields.fraction("test_crop_pct")
        tag.cropMode = try fields.choice("crop_mode", of: InputSpec.CropMode.self) ?? tag.cropMode
        tag.interpolation =
            try fields.choice("interpolation", of: InputSpec.Interpolation.self) ?? tag.interpolation
        tag.mean = try fields.numbers("mean", areAboveZero: false) ?? tag.mean
        tag.standardDeviation = try fields.numbers("std", areAboveZero: true) ?? tag.standardDeviation
        tag.classCount = try fields.integer("num_classes", in: classCounts) ?? tag.classCount
        tag.firstConvolutions = try fields.names("first_conv") ?? []
        tag.classifiers = try fields.names("classifier") ?? []
        tag.license = try fields.string("license")
        tag.hasFixedInputSize = try fields.bool("fixed_input_size") ?? false
        return tag
    }

    /// The class names of an object that has `label_names`.
    private static func labels(_ fields: ConfigurationFields) throws(WeightsError) -> ExportedLabels? {
        let expected = "a list of strings, or an object of strings by class"
        guard let value = fields.value("label_names") else { return nil }
        var labels = ExportedLabels(names: [:], isSparse: false)
        if let names = ConfigurationFields.strings(value) {
            labels.names = Dictionary(
                uniqueKeysWithValues: names.enumerated().map { ($0.offset, $0.element) }
            )
        } else if case .object(let members) = value {
            labels.isSparse = true
            for (key, name) in members.sorted(by: { $0.key < $1.key }) {
                guard case .string(let text) = name, let index = Int(key), index >= 0,
                    labels.names.updateValue(text, forKey: index) == nil
                else { throw fields.wrong("label_names.\(key)", "a name, once a class, by its number", name) }
            }
        } else {
            throw fields.wrong("label_names", expected, value)
        }
        guard !labels.names.isEmpty else { throw fields.wrong("label_names", expected, value) }
        guard let descriptions = try fields.object("label_descriptions") else { return labels }
        for name in Set(labels.names.values).sorted() {
            guard let text = try descriptions.string(name) else {
                throw fields.error("label_descriptions lacks '\(name)' of label_names; add it or remove them")
            }
            labels.descriptions[name] = text
        }
        return labels
    }
}
