internal import CModelData

/// An embedded table of Data/: lines of columns that tabs separate.
///
/// Nothing is parsed at start; a look-up bisects the bytes. `@safe` and `@unchecked Sendable`: the bytes are
/// constants of the binary, and the one access to them is checked against their count.
@safe struct DataFile: @unchecked Sendable {
    private let start: UnsafePointer<UInt8>
    private let count: Int

    static let models = DataFile(APUS_MODELS)
    static let olderNames = DataFile(APUS_OLDER_NAMES)
    static let prunedWidths = DataFile(APUS_PRUNED_WIDTHS)
    static let globalPools = DataFile(APUS_GLOBAL_POOLS)
    static let imageNet1k = DataFile(APUS_IMAGENET_1K)
    static let imageNet12k = DataFile(APUS_IMAGENET_12K)
    static let imageNet21kGoogle = DataFile(APUS_IMAGENET_21K_GOOG)
    static let imageNet21kMIIL = DataFile(APUS_IMAGENET_21K_MIIL)
    static let imageNet22k = DataFile(APUS_IMAGENET_22K)
    static let imageNet22kMicrosoft = DataFile(APUS_IMAGENET_22K_MS)

    private init(_ file: apus_model_data_file) {
        unsafe start = apus_model_data_bytes(file)
        count = Int(apus_model_data_count(file))
    }

    private static let newline = UInt8(ascii: "\n")
    private static let tab = UInt8(ascii: "\t")

    private subscript(offset: Int) -> UInt8 {
        precondition((0..<count).contains(offset), "offset \(offset) of a table of \(count) bytes")
        return unsafe start[offset]
    }

    /// The columns of every line whose first column is `key`.
    ///
    /// Precondition: the lines are sorted by the bytes of their first column, as the generator leaves them.
    func lines(startingWith key: String) -> [[String]] {
        let key = Array(key.utf8)
        return lines { line in
            var index = 0
            for offset in line where index <= key.count {
                guard self[offset] != Self.tab else { break }
                guard index < key.count else { return .greater }
                if self[offset] != key[index] { return self[offset] < key[index] ? .less : .greater }
                index += 1
            }
            return index == key.count ? .equal : .less
        }
    }

    /// The columns of every line whose first column is the number `key`.
    ///
    /// Precondition: the lines are sorted by that number.
    func lines(startingWith key: Int) -> [[String]] {
        lines { line in
            var number = 0
            for offset in line {
                guard self[offset] != Self.tab else { break }
                number = number * 10 + Int(self[offset]) - 48
            }
            return number < key ? .less : number == key ? .equal : .greater
        }
    }

    /// The columns of every line, in order.
    func allLines() -> [[String]] { ranges().map(columns) }

    /// The first column of every line, in order.
    func allKeys() -> [String] {
        ranges().map { line in text(line.lowerBound..<(end(of: Self.tab, in: line))) }
    }

    private enum Order { case less, equal, greater }

    /// The lines that `order` calls equal, found by bisection.
    private func lines(_ order: (Range<Int>) -> Order) -> [[String]] {
        var low = 0
        var high = count
        while low < high {
            let line = self.line(at: low + (high - low) / 2)
            if order(line) == .less { low = line.upperBound + 1 } else { high = line.lowerBound }
        }
        var result: [[String]] = []
        while low < count {
            let line = self.line(at: low)
            guard order(line) == .equal else { break }
            result.append(columns(line))
            low = line.upperBound + 1
        }
        return result
    }

    /// The line that holds the byte at `offset`, without its end.
    private func line(at offset: Int) -> Range<Int> {
        var first = offset
        while first > 0, self[first - 1] != Self.newline { first -= 1 }
        return first..<end(of: Self.newline, in: offset..<count)
    }

    private func ranges() -> [Range<Int>] {
        var result: [Range<Int>] = []
        var offset = 0
        while offset < count {
            let line = offset..<end(of: Self.newline, in: offset..<count)
            result.append(line)
            offset = line.upperBound + 1
        }
        return result
    }

    private func end(of byte: UInt8, in range: Range<Int>) -> Int {
        range.first { self[$0] == byte } ?? range.upperBound
    }

    private func columns(_ line: Range<Int>) -> [String] {
        var result: [String] = []
        var offset = line.lowerBound
        while true {
            let end = self.end(of: Self.tab, in: offset..<line.upperBound)
            result.append(text(offset..<end))
            guard end < line.upperBound else { return result }
            offset = end + 1
        }
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: range.map { self[$0] }, as: UTF8.self)
    }
}
