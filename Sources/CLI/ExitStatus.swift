/// What the command tells the shell.
enum ExitStatus: Int32, Sendable {
    /// Everything was done.
    case done = 0
    /// An error, named on stderr.
    case failure = 1
    /// The job ended and some of its pictures failed.
    case failedPictures = 3
    /// The command line is wrong (`EX_USAGE`).
    case usage = 64
    /// The database or the hub cannot be reached (`EX_UNAVAILABLE`).
    case unavailable = 69
    /// Interrupted from the keyboard.
    case interrupted = 130
    /// Ended by SIGTERM.
    case terminated = 143
}
