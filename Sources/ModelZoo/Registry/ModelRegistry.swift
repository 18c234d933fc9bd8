/// timm's names: which of them this build can run, and what each means.
public enum ModelRegistry {
    /// The families of this build: a new one adds its line here.
    static let families: [ModelFamily] = [
        .beiT,
        .byoaNet,
        .byobNet,
        .caiT,
        .coaT,
        .conViT,
        .convMixer,
        .convNeXt,
        .cpuBone,
        .crossViT,
        .csatV2,
        .cspNet,
        .cspNeXt,
        .daViT,
        .deepSeekViT,
        .deiT,
        .denseNet,
        .dla,
        .dpn,
        .edgeNeXt,
        .efficientFormer,
        .efficientFormerV2,
        .efficientNet,
        .efficientViM,
        .efficientViTMIT,
        .efficientViTMSRA,
        .eva,
        .fasterNet,
        .fastViT,
        .focalNet,
        .gemma4ViT,
        .ghostNet,
        .globalContextViT,
        .hardCoReNAS,
        .hgNet,
        .hiera,
        .hieraDet,
        .hrNet,
        .iFormer,
        .inceptionNeXt,
        .inceptionResNetV2,
        .inceptionV3,
        .inceptionV4,
        .lcNetV2,
        .leViT,
        .lowFormer,
        .mambaOut,
        .maxxViT,
        .metaFormer,
        .mlpMixer,
        .mobileNetV3,
        .mobileNetV5,
        .mobileViT,
        .mViTv2,
        .naFlexViT,
        .nasNet,
        .nest,
        .nextViT,
        .nfNet,
        .piT,
        .pnasNet,
        .pvtV2,
        .qwen3ViT,
        .rdNet,
        .regNet,
        .repGhost,
        .repViT,
        .res2Net,
        .resNeSt,
        .resNet,
        .resNetV2,
        .rexNet,
        .selecSLS,
        .seNet,
        .sequencer,
        .shViT,
        .skNet,
        .starNet,
        .swiftFormer,
        .swinTransformer,
        .swinTransformerV2,
        .swinTransformerV2CR,
        .tinyViT,
        .tnt,
        .tResNet,
        .twins,
        .vgg,
        .visformer,
        .visionTransformer,
        .visionTransformerHybrid,
        .visionTransformerRelPos,
        .visionTransformerSAM,
        .viTamin,
        .volo,
        .voVNet,
        .xception,
        .xceptionAligned,
        .xciT,
    ]

    private static let variants: [String: (family: ModelFamily, variant: ModelVariant)] =
        Dictionary(
            families.flatMap { family in family.variants.map { ($0.name, (family, $0)) } },
            uniquingKeysWith: { first, _ in first }
        )

    /// The architectures that this build can run, in the order of `timm.list_models()`.
    public static let architectureNames: [String] = variants.keys.sorted(by: NameOrder.precedes)

    /// The architecture called `name`: with or without a tag, an older name, or a repository of the hub.
    ///
    /// - Throws: `unknownModel` or `unknownTag` with the nearest names, `unsupportedArchitecture`.
    public static func architecture(named name: String) throws(ModelZooError) -> Architecture {
        let tag = try resolve(name)
        return try architecture(of: tag)
    }

    /// The architecture that `tag` configures.
    ///
    /// - Throws: `unsupportedArchitecture`.
    public static func architecture(of tag: PretrainedTag) throws(ModelZooError) -> Architecture {
        guard let (family, variant) = variants[tag.architecture] else {
            throw unsupported(tag.architecture)
        }
        return Architecture(variant: variant, family: family, tags: tags(of: tag.architecture))
    }

    /// What `name` means: `resnet34`, `resnet34.a1_in1k`, an older name, `timm/resnet34.a1_in1k` or
    /// `hf-hub:timm/resnet34.a1_in1k`.
    ///
    /// An architecture's bare name means its default tag, as in timm.
    ///
    /// - Throws: `unknownModel` or `unknownTag` with the nearest names; `unsupportedArchitecture` where timm has the
    ///   model and this build does not.
    public static func resolve(_ name: String) throws(ModelZooError) -> PretrainedTag {
        let plain = try strippingHub(name)
        var (architecture, tag) = split(plain)
        if let current = DataFile.olderNames.lines(startingWith: architecture).first, current.count == 2 {
            let (newArchitecture, newTag) = split(current[1])
            architecture = newArchitecture
            if tag.isEmpty { tag = newTag }
        }
        if let successor = droppedNames[architecture] { architecture = successor }
        let known = tags(of: architecture)
        guard let first = known.first else { throw unknownModel(name, plain) }
        guard variants[architecture] != nil else { throw unsupported(architecture) }
        guard !tag.isEmpty else { return first }
        guard let match = known.first(where: { $0.tag == tag }) else {
            let names = NearestNames.of(tag, among: known.map(\.tag).filter { !$0.isEmpty })
                .map { "\(architecture).\($0)" }
            throw ModelZooError(
                code: .unknownTag,
                message: names.isEmpty
                    ? "\(architecture) has no pretrained tag '\(tag)', nor any other"
                    : "\(architecture) has no pretrained tag '\(tag)'; the nearest: "
                        + names.joined(separator: ", ")
            )
        }
        return match
    }

    /// Names of models that timm has dropped without a successor, and the architectures that they mean here.
    ///
    /// cspdarknet53_iabn is the same network with an in-place batch normalisation.
    private static let droppedNames = ["cspdarknet53_iabn": "cspdarknet53"]

    /// What a person who asks for `name` should be told; nil where the name means what it says.
    public static func note(on name: String) -> String? {
        let plain = name.split(separator: "/").last.map(String.init) ?? name
        guard let successor = droppedNames[split(plain).architecture] else { return nil }
        return "timm no longer has \(split(plain).architecture); \(successor) is taken for it"
    }

    /// The pretrained configurations of an architecture of timm's, the default first; none where timm has no
    /// such architecture.
    public static func tags(of architecture: String) -> [PretrainedTag] {
        DataFile.models.lines(startingWith: architecture).compactMap(PretrainedTag.init(columns:))
    }

    /// Names in timm's order, as `timm.list_models` gives them.
    ///
    /// Without `pretrainedOnly` the architectures that match the whole of `glob`; with it the published
    /// configurations as `architecture.tag`, where a glob without a tag matches every tag.
    public static func list(matching glob: String? = nil, pretrainedOnly: Bool = false) -> [String] {
        guard pretrainedOnly else {
            guard let glob, !glob.isEmpty else { return architectureNames }
            return architectureNames.filter { NameOrder.matches($0, glob: glob) }
        }
        let names = architectureNames.flatMap { name in
            tags(of: name).filter(\.isPretrained).map(\.fullName)
        }
        let filters = glob.map { $0.isEmpty ? ["*"] : NameOrder.expanded($0) } ?? ["*"]
        return names.filter { name in filters.contains { NameOrder.matches(name, glob: $0) } }
            .sorted(by: NameOrder.precedes)
    }

    /// Names that timm still resolves, and the names that they stand for.
    public static var olderNames: [String: String] {
        Dictionary(
            DataFile.olderNames.allLines().compactMap { $0.count == 2 ? ($0[0], $0[1]) : nil },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The family of an architecture of timm's, whether this build has it or not.
    static func familyName(of architecture: String) -> String? {
        DataFile.models.lines(startingWith: architecture).first.map { $0[2] }
    }

    private static func split(_ name: String) -> (architecture: String, tag: String) {
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
    }

    /// The timm name behind a name of the hub.
    private static func strippingHub(_ name: String) throws(ModelZooError) -> String {
        var name = Substring(name)
        for prefix in ["hf-hub:", "hf_hub:"] where name.hasPrefix(prefix) { name = name.dropFirst(7) }
        guard name.contains("/") else { return String(name) }
        if name.hasPrefix("timm/") { return String(name.dropFirst(5)) }
        for columns in DataFile.models.allLines() {
            guard let tag = PretrainedTag(columns: columns), tag.hubID == String(name) else { continue }
            return tag.fullName
        }
        throw ModelZooError(
            code: .unknownModel,
            message:
                "\(name) is no model that timm names: write hf-hub:\(name) for a repository of the hub, or "
                + "local-dir:\(name) for a folder that timm exported, with its config.json"
        )
    }

    private static func unsupported(_ architecture: String) -> ModelZooError {
        let family = familyName(of: architecture) ?? "unknown"
        return ModelZooError(
            code: .unsupportedArchitecture,
            message: "timm has \(architecture) (family \(family)), this build has not: it has the families "
                + families.map(\.name).joined(separator: ", ") + "; see 'apus models'"
        )
    }

    private static func unknownModel(_ name: String, _ plain: String) -> ModelZooError {
        // Names that can be run come first, so that they win where several are equally near.
        var candidates = architectureNames
        if plain.contains(".") {
            candidates += list(pretrainedOnly: true)
            candidates += DataFile.models.allLines().compactMap(PretrainedTag.init(columns:)).map(\.fullName)
        }
        candidates += DataFile.models.allKeys() + DataFile.olderNames.allKeys()
        let nearest = NearestNames.of(plain, among: candidates)
        return ModelZooError(
            code: .unknownModel,
            message: "there is no model '\(name)' in timm; the nearest names: "
                + nearest.joined(separator: ", ") + "; 'apus models' lists all"
        )
    }
}
