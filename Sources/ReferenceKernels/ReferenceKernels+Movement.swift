internal import Graph
internal import Tensors

extension ReferenceKernels {
    /// Output axis i is input axis `permutation[i]`.
    static func transpose(_ x: ReferenceValue, _ permutation: [Int], shape: Shape) -> ReferenceValue {
        ReferenceValue(shape: shape) { index in
            var source = index
            for (axis, from) in permutation.enumerated() { source[from] = index[axis] }
            return x[source]
        }
    }

    /// Along `axis`, element i is the input's element `source(i)`.
    static func pick(
        _ x: ReferenceValue,
        axis: Int,
        shape: Shape,
        _ source: (Int) -> Int
    ) -> ReferenceValue {
        ReferenceValue(shape: shape) { index in
            var index = index
            index[axis] = source(index[axis])
            return x[index]
        }
    }

    /// Inputs side by side along `axis`.
    static func concatenate(_ inputs: [ReferenceValue], axis: Int, shape: Shape) -> ReferenceValue {
        ReferenceValue(shape: shape) { index in
            var index = index
            for input in inputs {
                if index[axis] < input.shape[axis] { return input[index] }
                index[axis] -= input.shape[axis]
            }
            preconditionFailure("the inputs fill the axis")
        }
    }

    /// Extends axes at both ends; negative amounts cut.
    static func pad(_ x: ReferenceValue, _ amounts: PaddingAmounts, shape: Shape) -> ReferenceValue {
        ReferenceValue(shape: shape) { index in
            var source = index
            for axis in index.indices {
                let extent = x.shape[axis]
                var place = index[axis] - amounts.before[axis]
                switch amounts.mode {
                case .constant(let value): guard place >= 0 && place < extent else { return Double(value) }
                case .reflect:
                    if place < 0 { place = -place }
                    if place >= extent { place = 2 * (extent - 1) - place }
                case .replicate: place = min(max(place, 0), extent - 1)
                }
                source[axis] = place
            }
            return x[source]
        }
    }

    /// Resizes the last two axes of `[N, C, H, W]`.
    ///
    /// Source: the formulas of PyTorch's `UpSample.h`, `UpSampleKernel.cpp`.
    static func resample(_ x: ReferenceValue, _ resampling: Resampling, shape: Shape) -> ReferenceValue {
        let rows = (0..<shape[2]).map { taps(resampling, $0, input: x.shape[2], output: shape[2]) }
        let columns = (0..<shape[3]).map { taps(resampling, $0, input: x.shape[3], output: shape[3]) }
        return ReferenceValue(shape: shape) { index in
            var sum = 0.0
            for row in rows[index[2]] {
                for column in columns[index[3]] {
                    sum += row.weight * column.weight * x[[index[0], index[1], row.index, column.index]]
                }
            }
            return sum
        }
    }

    /// Which input elements make output element `index` along one axis.
    private static func taps(
        _ resampling: Resampling,
        _ index: Int,
        input: Int,
        output: Int
    ) -> [(index: Int, weight: Double)] {
        func cubic(_ distance: Double, _ a: Double) -> Double {
            let x = abs(distance)
            if x <= 1 { return (a + 2) * x * x * x - (a + 3) * x * x + 1 }
            return x < 2 ? a * x * x * x - 5 * a * x * x + 8 * a * x - 4 * a : 0
        }
        func inside(_ place: Int) -> Int { min(max(place, 0), input - 1) }
        if resampling.mode == .nearest {
            // In float32, as PyTorch rounds it.
            return [(inside(Int(Float(index) * (Float(input) / Float(output)))), 1)]
        }
        let aligned = resampling.alignsCorners
        let scale =
            aligned
            ? (output > 1 ? Double(input - 1) / Double(output - 1) : 0) : Double(input) / Double(output)
        if resampling.antialiases {
            let width = max(scale, 1)
            let support = (resampling.mode == .bilinear ? 1 : 2) * width
            let center = scale * (Double(index) + 0.5)
            let first = max(Int(center - support + 0.5), 0)
            let end = min(Int(center + support + 0.5), input)
            let weights = (first..<end).map { place in
                let distance = (Double(place) - center + 0.5) / width
                return resampling.mode == .bilinear ? max(1 - abs(distance), 0) : cubic(distance, -0.5)
            }
            let total = weights.reduce(0, +)
            return weights.enumerated().map { (first + $0, $1 / total) }
        }
        let place = aligned ? scale * Double(index) : scale * (Double(index) + 0.5) - 0.5
        switch resampling.mode {
        case .nearest: return []
        case .bilinear:
            let clamped = max(place, 0)
            let share = clamped - clamped.rounded(.down)
            return [(inside(Int(clamped)), 1 - share), (inside(Int(clamped) + 1), share)]
        case .bicubic:
            let first = Int(place.rounded(.down))
            return (-1...2).map { (inside(first + $0), cubic(Double(first + $0) - place, -0.75)) }
        }
    }
}
