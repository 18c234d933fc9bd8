/// Why a picture cannot become a model's input, or a list of inputs cannot be made.
public struct ImageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Code: String, Sendable, Equatable, CaseIterable {
        /// The bytes begin like no format that is decoded.
        case unrecognizedFormat
        /// The bytes end before the picture does.
        case truncated
        /// The bytes contradict their format.
        case malformed
        /// A valid file of a kind that is not decoded.
        case unsupported
        /// The header declares more than the limits allow.
        case limitExceeded
        /// The picture has another number of channels than the model takes.
        case channelMismatch
        /// The picture has another size than the model takes and nothing may resize it.
        case sizeMismatch
        /// A float sample is NaN or infinite.
        case nonFinite
        /// A picture whose resized edge would have no pixel.
        case degenerateSize
        /// An input expands to nothing.
        case notFound
        /// A manifest cannot be read or is malformed.
        case manifest
    }

    /// What kind of thing is wrong.
    public var code: Code
    /// What failed, what was expected and found, and what to do.
    public var message: String

    /// Makes an error.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
