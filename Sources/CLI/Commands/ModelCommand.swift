import ArgumentParser
import ModelZoo
import Tensors

/// `apus model`: what one name means.
struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Show a model: parameters, GMACs, input size, tags, licence."
    )

    @Argument(help: ArgumentHelp("A name as timm writes it: resnet34, resnet34.a1_in1k.", valueName: "model"))
    var name: String

    @Option(name: .long, help: "Channels of the pictures.")
    var inChans = 3

    @Option(name: .long, help: "Height and width of the input.")
    var imgSize: Int?

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let tag = try AskedModel.resolve(name)
        let architecture = try ModelRegistry.architecture(of: tag)
        let height = imgSize ?? tag.inputSize[1]
        let width = imgSize ?? tag.inputSize[2]
        let graph = try architecture.graph(
            BuildOptions(
                inputChannels: inChans,
                height: height,
                width: width,
                classCount: tag.classCount,
                tag: tag.tag
            )
        )
        let description = ModelDescription(
            tag: tag,
            architecture: architecture,
            summary: ModelSummary(graph),
            size: [inChans, height, width]
        )
        if output.json {
            try Terminal.print(description.json.text)
        } else {
            for line in description.lines { try Terminal.print(line) }
        }
    }
}

/// What `apus model` says, as text and as JSON.
private struct ModelDescription {
    let tag: PretrainedTag
    let architecture: Architecture
    let summary: ModelSummary
    /// Channels, height, width.
    let size: [Int]

    var lines: [String] {
        var table = Table([Table.Column("model"), Table.Column(tag.fullName)])
        table.append(["family", architecture.familyName])
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
        table.append(["licence", tag.license ?? "not stated"])
        table.append(["hub", tag.hubID ?? "none"])
        table.append(["url", tag.url ?? "none"])
        let tags = architecture.tags.map { $0.tag.isEmpty ? "(none)" : $0.tag }
        table.append(["tags", tags.joined(separator: " ")])
        return table.lines
    }

    var json: JSON {
        .object([
            ("name", .string(tag.fullName)), ("architecture", .string(architecture.name)),
            ("family", .string(architecture.familyName)), ("tag", .string(tag.tag)),
            ("parameters", .integer(summary.parameterCount)),
            ("gmacs", .double(summary.gigaMultiplyAccumulates)),
            ("size", .array(size.map(JSON.integer))), ("input_size", .array(tag.inputSize.map(JSON.integer))),
            ("test_input_size", tag.testInputSize.map { .array($0.map(JSON.integer)) } ?? .null),
            ("crop_pct", .double(tag.cropFraction)), ("crop_mode", .string(tag.cropMode.rawValue)),
            ("interpolation", .string(tag.interpolation.rawValue)),
            ("mean", .array(tag.mean.map(JSON.float))),
            ("std", .array(tag.standardDeviation.map(JSON.float))), ("num_classes", .integer(tag.classCount)),
            ("license", .optional(tag.license)), ("hf_hub_id", .optional(tag.hubID)),
            ("url", .optional(tag.url)), ("tags", .array(architecture.tags.map { .string($0.tag) })),
        ])
    }

    private static func text(_ size: [Int]) -> String { size.map(String.init).joined(separator: "x") }

    private static func text(_ values: [Float]) -> String {
        values.map { "\($0)" }.joined(separator: " ")
    }
}
