import ArgumentParser
import ModelZoo

/// `apus models`: the names that jobs may use.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List the models by timm's names.",
        discussion: "A pattern with * and ? narrows the list: apus models 'resnet*' --pretrained"
    )

    @Argument(help: ArgumentHelp("A pattern of names, in quotes.", valueName: "glob"))
    var pattern: String?

    @Flag(name: .long, help: "List the published weights, as architecture.tag, instead of the architectures.")
    var pretrained = false

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let names = ModelRegistry.list(matching: pattern, pretrainedOnly: pretrained)
        guard !names.isEmpty else {
            let what = pretrained ? "published weights" : "model"
            throw CommandError("No \(what) matches \(pattern ?? "*"). List all with: apus models")
        }
        for name in names {
            try Terminal.print(output.json ? try row(name).text : name)
        }
    }

    private func row(_ name: String) throws -> JSON {
        let tag = try ModelRegistry.resolve(name)
        return .object([
            ("name", .string(name)), ("architecture", .string(tag.architecture)), ("tag", .string(tag.tag)),
            ("pretrained", .bool(tag.isPretrained)),
            ("input_size", .array(tag.inputSize.map(JSON.integer))),
            ("num_classes", .integer(tag.classCount)),
            ("license", .optional(tag.license)),
        ])
    }
}
