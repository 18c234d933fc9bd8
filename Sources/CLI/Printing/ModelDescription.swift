import ModelZoo
import Tensors
import Weights

/// What `apus model` says, as text and as JSON.
struct ModelDescription {
    let model: NamedModel
    let summary: ModelSummary
    /// Channels, height, width.
    let size: [Int]
    /// Where the weights are on this machine, if they are.
    let weightsPath: String?

    private var tag: PretrainedTag { model.tag }

    var lines: [String] {
        var table = Table([Table.Column("model"), Table.Column(model.name)])
        table.append(["architecture", model.architecture.name])
        if !tag.tag.isEmpty { table.append(["tag", tag.tag]) }
        table.append(["family", model.architecture.familyName])
        table.append(["parameters", Figures.millions(summary.parameterCount)])
        let gmacs = Figures.decimal(summary.gigaMultiplyAccumulates, places: 2)
        table.append(["GMACs", "\(gmacs) at \(Self.text(size))"])
        table.append(["input size", Self.text(tag.inputSize)])
        if let test = tag.testInputSize { table.append(["test size", Self.text(test)]) }
        table.append([
            "transform",
            "crop_pct \(tag.cropFraction) \(tag.cropMode.rawValue), \(tag.interpolation.rawValue), "
                + "mean \(Self.text(tag.mean)), std \(Self.text(tag.standardDeviation))",
        ])
        table.append(["classes", "\(tag.classCount)"])
        table.append(["labels", labels ?? "none: classes are numbers"])
        table.append(["licence", tag.license ?? "not stated"])
        if let exported = model.exported {
            table.append(["configuration", exported.file])
        } else {
            table.append(["hub", tag.hubID ?? "none"])
            table.append(["url", tag.url ?? "none"])
        }
        table.append(["weights", weightsPath ?? "not in the hub's cache"])
        let tags = model.architecture.tags.map { $0.tag.isEmpty ? "(none)" : $0.tag }
        table.append([model.exported == nil ? "tags" : "timm's tags", tags.joined(separator: " ")])
        return table.lines
    }

    var json: JSON {
        .object([
            ("name", .string(model.name)), ("architecture", .string(model.architecture.name)),
            ("family", .string(model.architecture.familyName)), ("tag", .string(tag.tag)),
            ("parameters", .integer(summary.parameterCount)),
            ("gmacs", .double(summary.gigaMultiplyAccumulates)),
            ("size", .array(size.map(JSON.integer))), ("input_size", .array(tag.inputSize.map(JSON.integer))),
            ("test_input_size", tag.testInputSize.map { .array($0.map(JSON.integer)) } ?? .null),
            ("crop_pct", .double(tag.cropFraction)), ("crop_mode", .string(tag.cropMode.rawValue)),
            ("interpolation", .string(tag.interpolation.rawValue)),
            ("mean", .array(tag.mean.map(JSON.float))),
            ("std", .array(tag.standardDeviation.map(JSON.float))), ("num_classes", .integer(tag.classCount)),
            ("labels", .optional(labels)), ("first_conv", .array(tag.firstConvolutions.map(JSON.string))),
            ("classifier", .array(tag.classifiers.map(JSON.string))),
            ("license", .optional(tag.license)), ("hf_hub_id", .optional(tag.hubID)),
            ("url", .optional(tag.url)), ("config", .optional(model.exported?.file)),
            ("weights", .optional(weightsPath)),
            ("tags", .array(model.architecture.tags.map { .string($0.tag) })),
        ])
    }

    /// Who names the classes.
    private var labels: String? {
        switch model.labels(classCount: tag.classCount) {
        case nil: nil
        case .imageNet(let set): set.rawValue
        case .exported(let labels): "\(labels.names.count) names of its config.json"
        }
    }

    private static func text(_ size: [Int]) -> String { size.map(String.init).joined(separator: "x") }

    private static func text(_ values: [Float]) -> String {
        values.map { "\($0)" }.joined(separator: " ")
    }
}
