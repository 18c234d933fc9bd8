#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The classes of one picture with the largest probabilities, largest first.
public struct Ranking: Sendable, Equatable {
    /// The classes' indices.
    public var indices: [Int]
    /// Their probabilities, in [0, 1].
    public var probabilities: [Float]

    /// Makes a ranking; both arrays count the same.
    public init(indices: [Int], probabilities: [Float]) {
        precondition(indices.count == probabilities.count, "one probability a class")
        self.indices = indices
        self.probabilities = probabilities
    }

    /// The softmax of `logits`, summed in double precision: `[classes]`, in [0, 1].
    ///
    /// Precondition: all logits are finite.
    public static func softmax(_ logits: [Float]) -> [Float] {
        guard let largest = logits.max() else { return [] }
        var exponentials = logits.map { expf($0 - largest) }
        let sum = exponentials.reduce(0.0) { $0 + Double($1) }
        for index in exponentials.indices {
            exponentials[index] = Float(Double(exponentials[index]) / sum)
        }
        return exponentials
    }

    /// The `count` largest probabilities of the softmax of `logits`; of equals the lower index comes first.
    ///
    /// The order is that of the logits, so that two classes whose probabilities round to one value keep theirs.
    /// Precondition: all logits are finite.
    public static func top(_ count: Int, ofLogits logits: [Float]) -> Ranking {
        let probabilities = softmax(logits)
        let indices = largestIndices(count, of: logits)
        return Ranking(indices: indices, probabilities: indices.map { probabilities[$0] })
    }

    /// The indices of the `count` largest values, largest first, of equals the lower index first.
    ///
    /// One pass with a sorted list of the best: O(values x count), meant for small counts.
    package static func largestIndices(_ count: Int, of values: [Float]) -> [Int] {
        let wanted = min(max(count, 0), values.count)
        guard wanted > 0 else { return [] }
        guard wanted < 64 else {
            let sorted = values.indices.sorted { left, right in
                values[left] == values[right] ? left < right : values[left] > values[right]
            }
            return Array(sorted.prefix(wanted))
        }
        var best: [Int] = []
        best.reserveCapacity(wanted + 1)
        for (index, value) in values.enumerated() {
            if best.count == wanted, let last = best.last, value <= values[last] { continue }
            var place = best.count
            while place > 0, values[best[place - 1]] < value { place -= 1 }
            best.insert(index, at: place)
            if best.count > wanted { best.removeLast() }
        }
        return best
    }
}
