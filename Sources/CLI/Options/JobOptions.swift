import ArgumentParser

/// What a job asks for beside the model.
struct JobOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("prob (the largest classes), logit or embedding (the vector).", valueName: "type")
    )
    var outputType = "prob"

    @Option(name: .long, help: "How many of the largest classes a result lists.")
    var topk = 5

    @Option(name: .long, help: "Jobs of a higher priority are claimed first.")
    var priority = 0

    @Option(
        name: .long,
        help: ArgumentHelp("Only workers started with this --label take the job.", valueName: "text")
    )
    var label: String?

    @Option(
        name: .long,
        help: ArgumentHelp("A second submit with the same key returns the first job.", valueName: "text")
    )
    var idempotencyKey: String?
}
