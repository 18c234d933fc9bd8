public import Tensors

/// The type of a value in a graph: its extents, the first of which may count with the batch.
///
/// A batched value's full shape is `[batchFactor * N] + dimensions`, where N is the batch that a run is
/// given; windows of a transformer have a factor above 1. A static value has factor 0 and the full shape
/// `dimensions`: parameters, and whatever is computed from parameters alone.
/// Axes of operators count the full shape, so axis 0 of a batched value is the batch.
public struct TensorType: Sendable, Hashable, CustomStringConvertible {
    /// Rows of the first axis for each picture of the batch; 0 for a static value.
    public var batchFactor: Int
    /// The extents after the batch axis; of a static value all extents.
    public var dimensions: [Int]

    /// Makes a type.
    public init(batchFactor: Int, dimensions: [Int]) {
        self.batchFactor = batchFactor
        self.dimensions = dimensions
    }

    /// The type of a value with one row a picture.
    public static func batched(_ dimensions: [Int]) -> TensorType {
        TensorType(batchFactor: 1, dimensions: dimensions)
    }

    /// The type of a value that does not depend on the batch.
    public static func constant(_ dimensions: [Int]) -> TensorType {
        TensorType(batchFactor: 0, dimensions: dimensions)
    }

    /// Whether the first axis counts with the batch.
    public var isBatched: Bool { batchFactor > 0 }

    /// The number of axes, the batch axis included.
    public var rank: Int { dimensions.count + (isBatched ? 1 : 0) }

    /// The full shape at a batch of `batch` pictures.
    public func shape(batch: Int) -> Shape {
        Shape(isBatched ? [batchFactor * batch] + dimensions : dimensions)
    }

    /// The full shape of one picture's part.
    public var extents: [Int] { shape(batch: 1).dimensions }

    /// Elements of one picture's part (of the whole where static).
    public var countPerPicture: Int { shape(batch: 1).count }

    /// A type with the extent at `axis` of the full shape replaced.
    ///
    /// Precondition: not the batch axis.
    public func replacing(axis: Int, with extent: Int) -> TensorType {
        precondition(!isBatched || axis > 0, "the batch axis cannot be replaced")
        var copy = self
        copy.dimensions[isBatched ? axis - 1 : axis] = extent
        return copy
    }

    /// The extents, the batch as `N`: `[N, 64, 56, 56]`, `[64N, 49, 96]`.
    public var description: String {
        let batch = isBatched ? [batchFactor == 1 ? "N" : "\(batchFactor)N"] : []
        return "[\((batch + dimensions.map(String.init)).joined(separator: ", "))]"
    }
}
