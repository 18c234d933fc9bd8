import ArgumentParser

/// How a reading command prints.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print JSON, one object a line, instead of text.")
    var json = false
}
