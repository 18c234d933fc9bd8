import ModelZoo

/// The arguments by which timm rebuilds an exported network: `model_args`.
///
/// Those that say what this build's network is anyway, or that act in training alone, are taken; every other one
/// changes the network and is refused by its name.
struct ModelArguments {
    private let fields: ConfigurationFields

    /// Arguments that change nothing of what a trained network answers.
    private static let harmless: Set<String> = [
        // Pictures of one size are run; the positions are resampled the same way at load and at run time.
        "dynamic_img_size", "strict_img_size",
    ]

    init(_ root: ConfigurationFields) throws(WeightsError) {
        fields =
            try root.object("model_args")
            ?? ConfigurationFields(file: root.file, prefix: "model_args.", members: [:])
    }

    /// Brings what the arguments say into `tag`, and checks that they agree with the rest.
    ///
    /// - Returns: height and width that the network was built for, where they are named.
    func apply(to tag: inout PretrainedTag, root: ConfigurationFields) throws(WeightsError) -> [Int]? {
        for name in fields.members.keys.sorted() where fields.value(name) != nil {
            guard !Self.isKnown(name) else { continue }
            throw fields.error(
                "model_args.\(name) changes the network in a way that this build does not have; it has "
                    + "num_classes, in_chans, img_size and global_pool. Export the model without it"
            )
        }
        if let flag = try fields.bool("use_naflex"), flag {
            throw fields.wrong("use_naflex", "false", .bool(flag))
        }
        let isDynamic = try fields.bool("dynamic_img_size") ?? false
        let isStrict = try fields.bool("strict_img_size") ?? true
        if isDynamic || !isStrict { tag.hasFixedInputSize = false }
        if let channels = try fields.integer("in_chans", in: 1...65536) {
            tag.inputSize[0] = channels
            tag.testInputSize?[0] = channels
            tag.minimumInputSize?[0] = channels
        }
        let size = try fields.area("img_size")
        if let size, tag.hasFixedInputSize { tag.inputSize.replaceSubrange(1..., with: size) }
        try checkClasses(tag)
        try checkPool(tag)
        return size
    }

    private static func isKnown(_ name: String) -> Bool {
        ["num_classes", "in_chans", "img_size", "global_pool", "use_naflex"].contains(name)
            || harmless.contains(name) || isDropout(name)
    }

    /// Whether an argument is a rate of dropout: `drop_rate`, `drop_path_rate`, `attn_drop_rate`.
    private static func isDropout(_ name: String) -> Bool {
        name.hasSuffix("_rate") && name.contains("drop")
    }

    /// timm would throw the classifier away and leave a random one.
    private func checkClasses(_ tag: PretrainedTag) throws(WeightsError) {
        guard let count = try fields.integer("num_classes", in: ExportedConfiguration.classCounts),
            count != tag.classCount
        else { return }
        throw fields.error(
            "num_classes is \(tag.classCount) and model_args.num_classes is \(count): they must agree; "
                + "correct the one that is not the classifier's"
        )
    }

    private func checkPool(_ tag: PretrainedTag) throws(WeightsError) {
        guard let pool = try fields.string("global_pool") else { return }
        let own = ModelRegistry.globalPool(of: tag.architecture)
        guard pool != own else { return }
        throw fields.error(
            "model_args.global_pool is \"\(pool)\"; \(tag.architecture) is built here with "
                + (own.map { "\"\($0)\"" } ?? "a pool of its own") + " alone. Export the model with that pool"
        )
    }
}
