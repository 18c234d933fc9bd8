/// Why a model's weights cannot be found, fetched or loaded.
public struct WeightsError: Error, Sendable, CustomStringConvertible {
    /// What kind of thing went wrong.
    public enum Code: String, Sendable, Equatable {
        /// No source has weights for this name, or a file or folder that was named does not exist.
        case notFound
        /// The server cannot be reached, timed out or answers that it is busy: worth another try later.
        case unreachable
        /// Weights that are not in a cache were asked for while downloads are turned off.
        case offline
        /// The server refuses: a token is missing, wrong, or lacks access to a gated repository.
        case unauthorized
        /// The answer is not what the protocol promises, or the download ended early.
        case badResponse
        /// The file's SHA-256 is not the expected one.
        case hashMismatch
        /// The cache or the file cannot be read or written.
        case fileSystem
        /// The file is not a checkpoint that can be read; `cause` says why.
        case checkpoint
        /// The architecture cannot take these options or this checkpoint; `cause` says why.
        case architecture
        /// A first convolution cannot be adapted to the number of input channels.
        case inputChannels
        /// The checkpoint classifies into another number of classes than asked for.
        case classCount
        /// Tensors that are missing, unused or of another shape than the architecture's.
        case parameters
        /// A `config.json` that is no JSON, lacks a member, or says what this build does not have.
        case configuration
        /// A model name with an unknown source before its colon, or nothing behind it.
        case modelName
    }

    /// What kind of thing went wrong.
    public var code: Code
    /// What failed, on which thing, expected and found, and what to do.
    ///
    /// It holds no token and no signed part of a URL.
    public var message: String
    /// The error beneath, where another target reported one.
    public var cause: (any Error)?

    /// Makes an error.
    public init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message, followed by the cause where the message does not tell it already.
    public var description: String {
        guard let cause else { return message }
        let reason = String(describing: cause)
        return message.contains(reason) ? message : "\(message): \(reason)"
    }
}
