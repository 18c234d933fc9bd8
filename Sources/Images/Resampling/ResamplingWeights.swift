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
    init(filter: ResamplingFilter, inputCount: Int, outputCount: Int, outputs: Range<Int>) {
        let scaling = Scaling(filter: filter, inputCount: inputCount, outputCount: outputCount)
        let inverse = 1 / scaling.filterScale
        let stride = Int(scaling.support.rounded(.up)) * 2 + 1
        var firsts: [Int] = []
        var counts: [Int] = []
        firsts.reserveCapacity(outputs.count)
        counts.reserveCapacity(outputs.count)
        var values = [Double](repeating: 0, count: outputs.count * stride)
        for (row, output) in outputs.enumerated() {
            let center = scaling.center(of: output)
            let taps = scaling.taps(of: output)
            let first = taps.lowerBound
            let count = taps.count
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

    /// The source pixels that ``source`` would give, without the weights.
    static func source(
        filter: ResamplingFilter,
        inputCount: Int,
        outputCount: Int,
        outputs: Range<Int>
    ) -> Range<Int> {
        guard let first = outputs.first, let last = outputs.last else { return 0..<0 }
        let scaling = Scaling(filter: filter, inputCount: inputCount, outputCount: outputCount)
        return scaling.taps(of: first).lowerBound..<scaling.taps(of: last).upperBound
    }

    /// Where the windows of a filter lie.
    ///
    /// The support grows with the reduction (antialiasing).
    private struct Scaling {
        let inputCount: Int
        let scale: Double
        let filterScale: Double
        let support: Double

        init(filter: ResamplingFilter, inputCount: Int, outputCount: Int) {
            self.inputCount = inputCount
            scale = Double(inputCount) / Double(outputCount)
            filterScale = max(scale, 1)
            support = filter.support * filterScale
        }

        func center(of output: Int) -> Double { (Double(output) + 0.5) * scale }

        func taps(of output: Int) -> Range<Int> {
            let center = center(of: output)
            let first = max(Int(center - support + 0.5), 0)
            return first..<min(Int(center + support + 0.5), inputCount)
        }
    }
}
