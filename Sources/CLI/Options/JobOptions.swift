import ArgumentParser

/// What a job asks for beside the model.
struct JobRequestOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "prob (the largest classes), logit, embedding (the vector) or features (the last feature map, in a "
                + "file); several with commas.",
            valueName: "type"
        )
    )
    var outputType = "prob"

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where features go, as .npy files: FOLDER/job-NUMBER/PICTURE.npy (default: features, here).",
            valueName: "folder"
        )
    )
    var outputUri: String?

    @Option(name: .long, help: "How many of the largest classes a result lists (default: 5, in tables 3).")
    var topk: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How classes are called: description, name (WordNet), detail (both) or none.",
            valueName: "type"
        )
    )
    var labelType = "description"

    @Option(
        name: [.customShort("b"), .customLong("batch-size")],
        help: "Pictures in a batch (default: 16)."
    )
    var batchSize: Int?

    @Option(name: .long, help: "Jobs of a higher priority are claimed first.")
    var priority: Int16?

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

    @Option(
        name: .long,
        help: "Pictures that are claimed at once, 1 to 4096 (default: 16 to 256, by the size of the job)."
    )
    var chunkSize: Int?
}
