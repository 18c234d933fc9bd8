public import ArgumentParser
public import Logging

/// How much is told on stderr.
struct LogOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The least important messages on stderr: trace, debug, info, notice, warning, error, critical.",
            valueName: "level"
        )
    )
    var logLevel: Logger.Level?

    /// A logger of a command that has no such option: warnings alone, for a person.
    static var quiet: Logger {
        var logger = Logger(label: "apus") { _ in PlainLogHandler() }
        logger.logLevel = .warning
        return logger
    }

    /// A logger that writes to stderr with time and origin, as a service does.
    func logger(level: Logger.Level) -> Logger {
        var logger = Logger(label: "apus") { label in StreamLogHandler.standardError(label: label) }
        logger.logLevel = logLevel ?? level
        return logger
    }

    /// A logger that writes to stderr for a person.
    func plainLogger(level: Logger.Level) -> Logger {
        var logger = Logger(label: "apus") { _ in PlainLogHandler() }
        logger.logLevel = logLevel ?? level
        return logger
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
