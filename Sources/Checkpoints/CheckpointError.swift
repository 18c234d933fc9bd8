/// Why a file is not read as a checkpoint.
///
/// Nothing that a file holds is ever executed, whatever the error.
public struct CheckpointError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Code: String, Sendable, Equatable {
        /// The operating system does not let the file be opened, mapped or written, or it is no regular file.
        case fileSystem
        /// The content is of no format that is read here.
        case unknownFormat
        /// The file ends before what it declares.
        case truncated
        /// The content contradicts itself or its format.
        case malformed
        /// Valid content of a kind that is not read here: a compressed entry, a quantized type.
        case unsupported
        /// A pickle that names a function or class outside the list of what checkpoints need.
        case refusedGlobal
        /// More objects, or longer names, than any checkpoint has.
        case limitExceeded
    }

    /// What kind of thing is wrong.
    public var code: Code
    /// What failed, on which thing, expected and found, and what to do.
    public var message: String
    /// The file's path, or an empty string for bytes in memory.
    public var path: String

    /// Makes an error.
    public init(code: Code, message: String, path: String = "") {
        self.code = code
        self.message = message
        self.path = path
    }

    /// The path and the message.
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }

    /// The same error about the file at `path`.
    func located(at path: String) -> CheckpointError {
        CheckpointError(code: code, message: message, path: path)
    }
}

extension CheckpointError {
    /// The longest piece of a file's own text that a message repeats, in characters.
    private static let quotedLength = 120

    /// `text` from a file, between quotes, shortened, control characters escaped: fit for a terminal and a log.
    static func quoted(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(quotedLength) {
            shown += scalar.escaped(asASCII: false)
        }
        return "\"\(shown)\(text.unicodeScalars.count > quotedLength ? "..." : "")\""
    }
}
