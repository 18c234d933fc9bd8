/// Names that a mistyped one may have meant.
enum NearestNames {
    /// The `count` candidates of the smallest edit distance to `name`, nearest first; of equal ones those that
    /// stand first in `candidates`.
    static func of(_ name: String, among candidates: [String], count: Int = 3) -> [String] {
        let target = Array(name.lowercased().utf8)
        let scored = Set(candidates).count == candidates.count ? candidates : unique(candidates)
        return scored.enumerated()
            .map { (distance(target, Array($1.utf8)), $0, $1) }
            .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
            .prefix(count).map(\.2)
    }

    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that make one name of the other
    /// (the optimal string alignment distance).
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var older = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        var current = previous
        for i in 0..<left.count {
            current[0] = i + 1
            for j in 0..<right.count {
                let replacement = previous[j] + (left[i] == right[j] ? 0 : 1)
                current[j + 1] = min(replacement, previous[j + 1] + 1, current[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    current[j + 1] = min(current[j + 1], older[j - 1] + 1)
                }
            }
            (older, previous, current) = (previous, current, older)
        }
        return previous[right.count]
    }
}
