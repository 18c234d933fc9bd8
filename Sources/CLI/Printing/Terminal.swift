#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where the command writes: data to stdout, everything else to stderr.
enum Terminal {
    /// Whether stdout is looked at by a person.
    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether stderr is looked at by a person: only then is there a progress bar.
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns of the terminal behind stderr, 80 where it does not say.
    static var width: Int {
        var size = winsize()
        let status = unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size)
        return status == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// Writes `line` and a line break to stdout.
    ///
    /// - Throws: ``OutputClosed`` when nobody reads any more, as in `apus models | head`.
    static func print(_ line: String) throws(OutputClosed) {
        try write(line + "\n", to: STDOUT_FILENO)
    }

    /// Writes `line` and a line break to stderr; when stderr is closed there is nobody to tell.
    static func note(_ line: String) {
        noteRaw(line + "\n")
    }

    /// Writes `text` to stderr as it is.
    static func noteRaw(_ text: String) {
        do throws(OutputClosed) {
            try write(text, to: STDERR_FILENO)
        } catch {
            // stderr is gone: a message that nobody can read is no reason to end.
        }
    }

    /// The other end of the pipe is closed.
    struct OutputClosed: Error {}

    private static func write(_ text: String, to descriptor: Int32) throws(OutputClosed) {
        let bytes = Array(text.utf8)
        var offset = 0
        while offset < bytes.count {
            let written = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    descriptor,
                    buffer.baseAddress.map { unsafe $0 + offset },
                    buffer.count - offset
                )
            }
            if written >= 0 {
                offset += written
            } else if errno != EINTR && errno != EAGAIN {
                throw OutputClosed()
            }
        }
    }
}
