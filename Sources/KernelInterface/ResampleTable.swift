/// Which input elements make an output element along one axis, and with which weights.
///
/// Source: the formulas of PyTorch's `aten/src/ATen/native/UpSample.h` and `cpu/UpSampleKernel.cpp`.
public struct ResampleTable: Sendable, Hashable {
    /// PyTorch's filters.
    public enum Filter: Sendable, Hashable { case nearest, linear, cubic }

    /// Taps of an output element.
    public let taps: Int
    /// Input indices, `[output][taps]`, all inside the input.
    public private(set) var indices: [Int32] = []
    /// Their weights, `[output][taps]`; 0 for taps that an element does not need.
    public private(set) var weights: [Float] = []

    /// Makes the table for one axis.
    ///
    /// - Parameters:
    ///   - input: the axis's extent before, at least 1.
    ///   - output: the axis's extent after, at least 1.
    ///   - filter: the filter.
    ///   - alignsCorners: PyTorch's `align_corners`; nearest knows none.
    ///   - antialiases: PyTorch's `antialias`; nearest knows none.
    public init(input: Int, output: Int, filter: Filter, alignsCorners: Bool, antialiases: Bool) {
        precondition(input > 0 && output > 0, "an axis of \(input) elements resized to \(output)")
        let aligned = alignsCorners && filter != .nearest
        let scale: Float =
            aligned ? (output > 1 ? Float(input - 1) / Float(output - 1) : 0) : Float(input) / Float(output)
        if antialiases && filter != .nearest {
            let width = max(Double(scale), 1)
            let support = (filter == .linear ? 1.0 : 2.0) * width
            taps = Int(support.rounded(.up)) * 2 + 1
            for index in 0..<output {
                let center = Double(scale) * (Double(index) + 0.5)
                let start = max(Int(center - support + 0.5), 0)
                let count = max(min(min(Int(center + support + 0.5), input) - start, taps), 1)
                var values = (0..<count).map { tap in
                    Self.weight(filter, (Double(tap + start) - center + 0.5) / width, cubic: -0.5)
                }
                let total = values.reduce(0, +)
                if total != 0 { values = values.map { $0 / total } }
                append(indices: (0..<count).map { min(start + $0, input - 1) }, values: values)
            }
            return
        }
        switch filter {
        case .nearest:
            taps = 1
            for index in 0..<output {
                append(indices: [min(Int(Float(index) * scale), input - 1)], values: [1])
            }
        case .linear:
            taps = 2
            for index in 0..<output {
                let place = aligned ? scale * Float(index) : max(scale * (Float(index) + 0.5) - 0.5, 0)
                let first = min(Int(place), input - 1)
                let share = min(max(Double(place) - Double(first), 0), 1)
                append(indices: [first, min(first + 1, input - 1)], values: [1 - share, share])
            }
        case .cubic:
            taps = 4
            for index in 0..<output {
                let place = aligned ? scale * Float(index) : scale * (Float(index) + 0.5) - 0.5
                let first = Int(place.rounded(.down))
                let share = Double(place) - Double(first)
                append(
                    indices: (0..<4).map { min(max(first - 1 + $0, 0), input - 1) },
                    values: (0..<4).map { Self.weight(filter, Double($0 - 1) - share, cubic: -0.75) }
                )
            }
        }
    }

    private mutating func append(indices places: [Int], values: [Double]) {
        for tap in 0..<taps {
            let isNeeded = tap < places.count
            indices.append(Int32(places[min(tap, places.count - 1)]))
            weights.append(isNeeded ? Float(values[tap]) : 0)
        }
    }

    /// The filter's value at distance x; `cubic` is the parameter of the cubic one.
    private static func weight(_ filter: Filter, _ x: Double, cubic a: Double) -> Double {
        let x = abs(x)
        switch filter {
        case .nearest: return x < 0.5 ? 1 : 0
        case .linear: return max(1 - x, 0)
        case .cubic:
            if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
        }
    }
}
