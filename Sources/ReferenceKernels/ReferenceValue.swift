public import Tensors

/// A value that the reference works on: its full shape and its elements, row-major.
public struct ReferenceValue: Sendable, Equatable {
    /// The extents, outermost first; the batch is counted.
    public var shape: Shape
    /// The elements, row-major.
    public var values: [Float]

    /// Makes a value.
    ///
    /// Precondition: as many values as the shape counts.
    public init(shape: Shape, values: [Float]) {
        precondition(values.count == shape.count, "\(values.count) values for shape \(shape)")
        self.shape = shape
        self.values = values
    }

    /// Makes a value whose element at each index is what `element` says.
    init(shape: Shape, _ element: (_ index: [Int]) -> Double) {
        self.shape = shape
        values = []
        values.reserveCapacity(shape.count)
        var index = [Int](repeating: 0, count: shape.rank)
        for _ in 0..<shape.count {
            values.append(Float(element(index)))
            var axis = shape.rank - 1
            while axis >= 0 {
                index[axis] += 1
                if index[axis] < shape[axis] { break }
                index[axis] = 0
                axis -= 1
            }
        }
    }

    /// The element at an index of as many axes as the shape has.
    subscript(index: [Int]) -> Double {
        var place = 0
        for (axis, position) in index.enumerated() { place = place * shape[axis] + position }
        return Double(values[place])
    }

    /// The element of a vector.
    subscript(index: Int) -> Double { Double(values[index]) }
}
