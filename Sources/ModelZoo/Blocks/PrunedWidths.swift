/// The widths of a model's convolutions where channels were pruned one by one
/// (Knapsack Pruning with Inner Distillation, https://arxiv.org/abs/2002.08258).
///
/// They are data of timm's (Data/pruned-widths.tsv), read when such a model is built.
struct PrunedWidths: Sendable, Equatable {
    let widths: [String: Int]

    /// The planned widths everywhere: a model that is not pruned.
    static let none = PrunedWidths(widths: [:])

    /// The widths of the architecture called `name`.
    static func of(_ name: String) -> PrunedWidths {
        guard let columns = DataFile.prunedWidths.lines(startingWith: name).first else { return .none }
        var widths: [String: Int] = [:]
        for column in columns.dropFirst() {
            let parts = column.split(separator: "=")
            if parts.count == 2, let width = Int(parts[1]) { widths[String(parts[0])] = width }
        }
        return PrunedWidths(widths: widths)
    }

    /// The output channels of the convolution at `path`, which were `planned` before pruning.
    func width(at path: String, planned: Int) -> Int { widths[path] ?? planned }
}
