internal import Graph
internal import Tensors

extension ReferenceKernels {
    /// Output axis i is input axis `permutation[i]`.
    static func transpose(_ x: ReferenceValue, _ permutation: [Int], shape: Shape) -> ReferenceValue {
        let strides = x.shape.strides
        return collect(x, permutation.map { axis in (0..<x.shape[axis]).map { $0 * strides[axis] } })
    }

    /// Along `axis`, element i is the input's element `source(i)`.
    static func pick(
        _ x: ReferenceValue,
        axis: Int,
        shape: Shape,
        _ source: (Int) -> Int
    ) -> ReferenceValue {
        let strides = x.shape.strides
        let places = (0..<shape.rank).map { own in
            (0..<shape[own]).map { (own == axis ? source($0) : $0) * strides[own] }
        }
        return collect(x, places)
    }

    /// The value whose element at an index is the input's at the sum of that index's places, a list for each axis.
    static func collect(_ x: ReferenceValue, _ places: [[Int]]) -> ReferenceValue {
        let inner = places.last ?? [0]
        let starts = places.dropLast().reduce([0]) { starts, axis in
            starts.flatMap { start in axis.map { start + $0 } }
        }
        var values: [Float] = []
        values.reserveCapacity(starts.count * inner.count)
        for start in starts { for place in inner { values.append(x.values[start + place]) } }
        return ReferenceValue(shape: Shape(places.map(\.count)), values: values)
    }

    /// Inputs side by side along `axis`.
    static func concatenate(_ inputs: [ReferenceValue], axis: Int, shape: Shape) -> ReferenceValue {
        var values: [Float] = []
        values.reserveCapacity(shape.count)
        for outer in 0..<shape.dimensions[..<axis].reduce(1, *) {
            for input in inputs {
                let count = input.shape.dimensions[axis...].reduce(1, *)
                values += input.values[outer * count..<(outer + 1) * count]
            }
        }
        return ReferenceValue(shape: shape, values: values)
    }

    /// Extends axes at both ends; negative amounts cut.
    static func pad(_ x: ReferenceValue, _ amounts: PaddingAmounts, shape: Shape) -> ReferenceValue {
        let strides = x.shape.strides
        /// Where the output's positions along an axis come from; nil for the filler.
        let sources: [[Int?]] = (0..<shape.rank).map { axis in
            let extent = x.shape[axis]
            return (0..<shape[axis]).map { position in
                let place = position - amounts.before[axis]
                switch amounts.mode {
                case .constant: return place >= 0 && place < extent ? place : nil
                case .reflect: return place < 0 ? -place : min(place, 2 * (extent - 1) - place)
                case .replicate: return min(max(place, 0), extent - 1)
                }
            }
        }
        guard case .constant(let filler) = amounts.mode else {
            return collect(
                x,
                zip(sources, strides).map { axis, stride in axis.compactMap { $0 }.map { $0 * stride } }
            )
        }
        return ReferenceValue(shape: shape) { index in
            var place = 0
            for axis in index.indices {
                guard let source = sources[axis][index[axis]] else { return Double(filler) }
                place += source * strides[axis]
            }
            return x[place]
        }
    }

    /// Resizes the last two axes of `[N, C, H, W]`.
    ///
    /// Source: the formulas of PyTorch's `UpSample.h`, `UpSampleKernel.cpp`.
    static func resample(_ x: ReferenceValue, _ resampling: Resampling, shape: Shape) -> ReferenceValue {
        let rows = (0..<shape[2]).map { taps(resampling, $0, input: x.shape[2], output: shape[2]) }
        let columns = (0..<shape[3]).map { taps(resampling, $0, input: x.shape[3], output: shape[3]) }
        return ReferenceValue(shape: shape) { index in
            let map = (index[0] * x.shape[1] + index[1]) * x.shape[2]
            var sum = 0.0
            for row in rows[index[2]] {
                for column in columns[index[3]] {
                    let place = (map + row.index) * x.shape[3] + column.index
                    sum += row.weight * column.weight * x[place]
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
