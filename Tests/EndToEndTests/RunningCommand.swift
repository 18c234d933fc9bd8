import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What a command came to.
struct CommandResult {
    /// The exit status; 128 and the signal's number for one that a signal ended.
    let status: Int32
    let output: String
    let errors: String

    /// The lines of stdout as JSON objects.
    var objects: [[String: Any]] {
        get throws {
            try output.split(separator: "\n").map { line in
                let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
                return value as? [String: Any] ?? [:]
            }
        }
    }
}

/// The built `apus` in a process of its own, its output in files.
final class RunningCommand: Sendable {
    private let process: Process
    private let outputPath: String
    private let errorPath: String
    private let ended: AsyncStream<Int32>

    /// Starts the command that was built beside the tests.
    init(_ arguments: [String], environment: [String: String], folder: String) throws {
        let name = UUID().uuidString
        outputPath = "\(folder)/\(name).out"
        errorPath = "\(folder)/\(name).err"
        for path in [outputPath, errorPath] { try Data().write(to: URL(fileURLWithPath: path)) }
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = arguments
        var variables = environment
        variables["PATH"] = ProcessInfo.processInfo.environment["PATH"]
        process.environment = variables
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: outputPath)
        process.standardError = FileHandle(forWritingAtPath: errorPath)
        let (ended, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.ended = ended
        process.terminationHandler = { process in
            let isSignal = process.terminationReason == .uncaughtSignal
            continuation.yield(isSignal ? 128 + process.terminationStatus : process.terminationStatus)
            continuation.finish()
        }
        self.process = process
        try process.run()
    }

    /// The tests' own program lies beside the command.
    static var executable: URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("apus")
    }

    /// The process's number.
    var processID: Int32 { process.processIdentifier }

    /// Sends a signal.
    func signal(_ number: Int32) {
        kill(processID, number)
    }

    /// Waits for the end.
    func result() async throws -> CommandResult {
        var status: Int32 = -1
        for await code in ended { status = code }
        return CommandResult(
            status: status,
            output: String(decoding: try Data(contentsOf: URL(fileURLWithPath: outputPath)), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: URL(fileURLWithPath: errorPath)), as: UTF8.self)
        )
    }
}
