/// How a decoded picture becomes a model's input.
public enum PreprocessRule: String, Sendable, Hashable, CaseIterable {
    /// timm's evaluation transform: resize, crop or pad, scale to [0, 1], subtract the mean, divide by the standard
    /// deviation.
    case timm
    /// Nothing but a change of layout: the picture must have the input's exact size.
    ///
    /// Arrays are given as the numbers that they hold, of whatever type; pictures are brought to the model's channels
    /// and to [0, 1] (8-bit samples divided by 255, 16-bit by 65535), as torchvision's `ToTensor` does.
    case none
}

/// What happens to samples that are NaN or infinite.
public enum NonFiniteRule: Sendable, Hashable {
    /// The picture is refused: the first such sample is named.
    case refuse
    /// Each such sample is replaced, before anything else is done, by a value in the file's own units.
    case replace(Float)
    /// They are kept, and spread as arithmetic has it.
    case keep
}
