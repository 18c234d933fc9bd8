import ArgumentParser

/// The command.
@main
struct Apus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apus",
        abstract: "Runs timm's image models over many pictures, on CPUs, from a queue in PostgreSQL.",
        version: "0.1.0",
        subcommands: []
    )
}
