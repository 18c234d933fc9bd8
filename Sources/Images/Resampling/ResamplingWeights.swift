/// Which source pixels, with which weights, make each of a range of output pixels along one axis.
///
/// An output's weights do not depend on the other outputs: a part of a resized edge is bit by bit that part.
struct ResamplingWeights {
    /// The first source pixel of each output.
    let firsts: [Int]
    /// How many source pixels each output takes.
    let counts: [Int]
    /// Weights that one output occupies in ``values``, unused ones zero.
    let stride: Int
    /// The weights, summing to 1 for each output.
    let values: [Double]

    /// Source pixels from the first to the last that any output takes.
    var source: Range<Int> {
        guard let first = firsts.first, let last = firsts.last, let count = counts.last else { return 0..<0 }
        return first..<last + count
    }

    /// The weights of `outputs`, a part of `0..<outputCount`, when `inputCount` pixels are resized to `outputCount`.
    ///
    /// The support grows with the reduction (antialiasing).
    init(filter: ResamplingFilter, inputCount: Int, outputCount: Int, outputs: Range<Int>) {
        let scale = Double(inputCount) / Double(outputCount)
        let filterScale = max(scale, 1)
        let support = filter.support * filterScale
        let inverse = 1 / filterScale
        let stride = Int(support.rounded(.up)) * 2 + 1
        var firsts: [Int] = []
        var counts: [Int] = []
        firsts.reserveCapacity(outputs.count)
        counts.reserveCapacity(outputs.count)
        var values = [Double](repeating: 0, count: outputs.count * stride)
        for (row, output) in outputs.enumerated() {
            let center = (Double(output) + 0.5) * scale
            let first = max(Int(center - support + 0.5), 0)
            let count = min(Int(center + support + 0.5), inputCount) - first
            let base = row * stride
            var total = 0.0
            for tap in 0..<count {
                let weight = filter.weight((Double(tap + first) - center + 0.5) * inverse)
                values[base + tap] = weight
                total += weight
            }
            if total != 0 {
                for tap in 0..<count { values[base + tap] /= total }
            }
            firsts.append(first)
            counts.append(count)
        }
        self.firsts = firsts
        self.counts = counts
        self.stride = stride
        self.values = values
    }
}
