/// How the axes of an array file become bands, rows and columns.
///
/// A two-dimensional array is always `[H, W]`.
public struct ArrayInterpretation: Sendable, Hashable {
    /// The order of a three-dimensional array's axes.
    public enum Layout: String, Sendable, Hashable, CaseIterable {
        /// Decided by ``ArrayInterpretation/channels`` where exactly one of the first and the last axis has that
        /// extent; otherwise `[C, H, W]`, but `[H, W, C]` where the last extent is at most 4 and smaller than both
        /// others.
        case automatic
        /// `[C, H, W]`.
        case channelsFirst
        /// `[H, W, C]`.
        case channelsLast
    }

    /// The order of the axes.
    public var layout: Layout
    /// The number of channels that the model takes, where known: it settles ``Layout/automatic``.
    public var channels: Int?
    /// The tensor to take from a `.safetensors` file.
    ///
    /// Where nil the file must hold exactly one.
    public var tensorName: String?

    /// Makes an interpretation.
    public init(layout: Layout = .automatic, channels: Int? = nil, tensorName: String? = nil) {
        self.layout = layout
        self.channels = channels
        self.tensorName = tensorName
    }

    /// Whether the last axis of `shape`, which has three, holds the bands.
    func isChannelsLast(_ shape: [Int]) -> Bool {
        switch layout {
        case .channelsFirst: return false
        case .channelsLast: return true
        case .automatic:
            if let channels, (shape[0] == channels) != (shape[2] == channels) { return shape[2] == channels }
            return shape[2] <= 4 && shape[2] < shape[0] && shape[2] < shape[1]
        }
    }
}
