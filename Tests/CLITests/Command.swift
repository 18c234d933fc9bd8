import Foundation

/// The built command, run to its end in an environment of its own.
struct Command {
    let status: Int32
    let output: String
    let errors: String

    /// Runs `apus` with `arguments`; `environment` is all that it sees besides a width of 80 columns.
    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = arguments
        process.environment = ["COLUMNS": "80", "HOME": "/nonexistent"].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let (outputPipe, errorPipe) = (Pipe(), Pipe())
        process.standardOutput = outputPipe
        process.standardError = errorPipe
        try process.run()
        // Error texts are short and fit the pipe while stdout is read.
        output = String(decoding: try outputPipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        errors = String(decoding: try errorPipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        status = process.terminationStatus
    }

    /// The tests' own program lies beside the command.
    static var executable: URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("apus")
    }
}
