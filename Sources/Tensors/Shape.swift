/// The extents of a tensor, outermost first (row-major).
///
/// An empty shape is a scalar.
public struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The extents, outermost first.
    public var dimensions: [Int]

    /// Makes the shape with these extents, outermost first.
    public init(_ dimensions: [Int]) {
        self.dimensions = dimensions
    }

    /// Makes the shape with these extents, outermost first.
    public init(arrayLiteral elements: Int...) {
        dimensions = elements
    }

    /// The number of dimensions.
    public var rank: Int { dimensions.count }

    /// The number of elements, or nil where an extent is negative or the product overflows `Int`.
    ///
    /// Shapes from a file are not to be trusted: ask this, not ``count``, of those.
    public var checkedCount: Int? {
        var product = 1
        for extent in dimensions {
            guard extent >= 0 else { return nil }
            let (next, overflow) = product.multipliedReportingOverflow(by: extent)
            guard !overflow else { return nil }
            product = next
        }
        return product
    }

    /// The number of elements.
    ///
    /// Precondition: it fits an `Int`.
    public var count: Int {
        guard let count = checkedCount else { preconditionFailure("shape \(self) has no count") }
        return count
    }

    /// Row-major strides in elements.
    public var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in dimensions.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * dimensions[axis + 1]
        }
        return strides
    }

    /// The extent at `axis`.
    public subscript(axis: Int) -> Int {
        get { dimensions[axis] }
        set { dimensions[axis] = newValue }
    }

    /// The shape as timm's manifests write it: `64x3x7x7`.
    public var manifestText: String { dimensions.map(String.init).joined(separator: "x") }

    /// The shape as `[64, 3, 7, 7]`.
    public var description: String { "[\(dimensions.map(String.init).joined(separator: ", "))]" }
}
