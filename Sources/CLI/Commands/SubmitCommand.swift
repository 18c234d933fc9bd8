import ArgumentParser
import JobQueue
import Logging
import ModelZoo
import Transfer

/// `apus submit`: puts a job into the queue.
struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Put a job into the queue and print its number.",
        discussion: """
            A worker turns the name into exact weights. Pictures: files, folders, patterns, http(s) URLs, manifests \
            (.txt, .csv), or - for a list on standard input; workers must be able to read them, and the folder of a \
            model, under the same names.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "A model as timm writes it: resnet34, resnet34.a1_in1k, hf-hub:owner/name, local-dir:FOLDER.",
            valueName: "model"
        )
    )
    var model: String

    @Argument(help: ArgumentHelp("What to look at.", valueName: "picture"))
    var pictures: [String]

    @OptionGroup(title: "Model and input") var input: ModelOptions
    @OptionGroup(title: "Job") var job: JobRequestOptions
    @OptionGroup(title: "Database") var database: DatabaseOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup var log: LogOptions

    func run() async throws {
        let logger = log.plainLogger(level: .warning)
        var request = try JobRequest(model: model, words: input, job: job)
        let sources = try Sources(.current, logger: logger)
        request.adopt(try await AskedModel.resolve(model, with: sources.locator))
        let uris = try JobRequest.expand(pictures)
        try await request.adoptSize(ofFirst: uris.first) { try await sources.transfer.bytes(of: $0) }
        let queue = try await database.queue(logger: logger)
        let submitted = try await database.submit(
            request.spec(priority: 0, resolution: nil),
            items: uris.map { InputItem(uri: $0) },
            to: queue,
            logger: logger
        )
        await queue.close()
        if output.json {
            let members: [(String, JSON)] = [
                ("job", .integer(Int(submitted.id.rawValue))), ("new", .bool(submitted.isNew)),
                ("pictures", .integer(Int(submitted.itemCount))),
            ]
            try Terminal.print(JSON.object(members).text)
        } else {
            try Terminal.print("\(submitted.id)")
            let what = submitted.isNew ? "submitted" : "was there under this key"
            Terminal.note("Job \(submitted.id) with \(submitted.itemCount) pictures \(what).")
        }
    }
}
