/// A copy between strided places, before addresses.
struct StridedCopy: Sendable {
    /// Extents of what is written, the batch first.
    var extents: [Int]
    /// Strides of the input.
    var inputStrides: [Int]
    /// Strides of the output.
    var outputStrides: [Int]
    /// Floats from the input's start to what is read.
    var inputOffset = 0
    /// Offsets in the input by position.
    var tables: [Int: [Int]] = [:]
    /// What stands outside of the input.
    var fill: Float = 0
    /// The position of each axis of the full shape; nil where they are the same.
    var positionsOfAxes: [Int]?

    init(extents: [Int], inputStrides: [Int], outputStrides: [Int]) {
        self.extents = extents
        self.inputStrides = inputStrides
        self.outputStrides = outputStrides
    }

    /// Where an axis of the full shape stands among the extents.
    func position(ofAxis axis: Int) -> Int { positionsOfAxes?[axis] ?? axis }

    /// The same copy with neighbouring axes joined where they are one run of floats; the batch stays apart.
    func coalesced() -> StridedCopy {
        var result = self
        var position = extents.count - 2
        while position >= 1 {
            let next = position + 1
            let isOneRun =
                result.tables[position] == nil && result.tables[next] == nil
                && result.inputStrides[position] == result.inputStrides[next] * result.extents[next]
                && result.outputStrides[position] == result.outputStrides[next] * result.extents[next]
            if isOneRun {
                result.extents[next] *= result.extents[position]
                result.extents.remove(at: position)
                result.inputStrides.remove(at: position)
                result.outputStrides.remove(at: position)
                let moved = result.tables.map { ($0.key > position ? $0.key - 1 : $0.key, $0.value) }
                result.tables = Dictionary(moved) { first, _ in first }
            }
            position -= 1
        }
        return result
    }
}
