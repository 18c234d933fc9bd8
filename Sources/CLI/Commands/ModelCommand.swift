import ArgumentParser
import Logging
import ModelZoo
import Weights

/// `apus model`: what one name means.
struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract:
            "Show a model: parameters, GMACs, input size, classes, tags, licence, where its weights are.",
        discussion: """
            A name of timm's asks nothing of the hub. Of hf-hub:owner/name the config.json is fetched; a folder \
            (local-dir:PATH, or a path) that timm exported holds its own.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "A model as timm writes it: resnet34, resnet34.a1_in1k, hf-hub:owner/name, local-dir:FOLDER.",
            valueName: "model"
        )
    )
    var name: String

    @Option(name: .long, help: "Channels of the pictures (default: the model's own).")
    var inChans: Int?

    @Option(name: .long, help: "Height and width of the input.")
    var imgSize: Int?

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let sources = try Sources(.current, logger: LogOptions.quiet)
        let model = try await AskedModel.resolve(name, with: sources.locator)
        let channels = inChans ?? model.tag.inputSize[0]
        let height = imgSize ?? model.tag.inputSize[1]
        let width = imgSize ?? model.tag.inputSize[2]
        let graph = try model.architecture.graph(
            model.buildOptions(
                inputChannels: channels,
                height: height,
                width: width,
                classCount: model.tag.classCount
            )
        )
        let description = ModelDescription(
            model: model,
            summary: ModelSummary(graph),
            size: [channels, height, width],
            weightsPath: try await sources.locator.presentPath(of: model)
        )
        if output.json {
            try Terminal.print(description.json.text)
        } else {
            for line in description.lines { try Terminal.print(line) }
        }
    }
}
