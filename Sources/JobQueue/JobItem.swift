/// A rectangle of a raster in its own pixels.
public struct PixelWindow: Sendable, Hashable, Codable {
    /// Columns left of the rectangle.
    public var x: Int32
    /// Rows above the rectangle.
    public var y: Int32
    /// Columns in the rectangle, at least 1.
    public var width: Int32
    /// Rows in the rectangle, at least 1.
    public var height: Int32

    /// Makes a rectangle.
    public init(x: Int32, y: Int32, width: Int32, height: Int32) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }
}

/// One thing to look at: a picture, a tile of a raster, a page of a TIFF, a frame of a DICOM.
public struct InputItem: Sendable, Hashable {
    /// The picture's address, exactly as results show it under `filename`.
    public var uri: String
    /// The part of the picture that counts; nil is all of it.
    public var window: PixelWindow?
    /// The page or frame, from 0; nil is the first.
    public var frame: Int32?

    /// Makes an item.
    public init(uri: String, window: PixelWindow? = nil, frame: Int32? = nil) {
        self.uri = uri
        self.window = window
        self.frame = frame
    }
}

/// An item of a job with its place in it.
public struct JobItem: Sendable, Hashable {
    /// The place in the job, from 0, in the order of submission.
    public var ordinal: Int32
    /// What to look at.
    public var input: InputItem

    /// Makes an item.
    public init(ordinal: Int32, input: InputItem) {
        self.ordinal = ordinal
        self.input = input
    }
}
