public import Engine
public import KernelInterface

/// A shape that layers of models have, and which kernel the compiler chose for it.
public struct KernelComparison: Sendable, Equatable {
    /// The shape, of all pictures of a run.
    public var shape: WeightedShape
    /// Layers that have it.
    public var layerCount: Int
    /// The names of the chosen kernels: one, unless something else than the shape decided.
    public var chosen: Set<String>

    /// The time of a kernel at the shape.
    public struct Measurement: Sendable {
        /// The kernel.
        public var kernel: KernelRow
        /// The shortest of the runs.
        public var duration: Duration
        /// Whether the compiler chose it.
        public var isChosen: Bool
        /// Floating-point operations of the plain sum a second: a kernel that saves products may exceed the peak.
        public var operationsPerSecond: Double
    }

    /// The distinct shapes of the layers of `reports` with `pictures` pictures in a run, in the order of the layers.
    public static func all(in reports: [CompileReport], pictures: Int) -> [KernelComparison] {
        var comparisons: [KernelComparison] = []
        var indices: [WeightedShape: Int] = [:]
        for step in reports.flatMap(\.steps) {
            guard let shape = step.weightedShape?.repeated(pictures) else { continue }
            if let index = indices[shape] {
                comparisons[index].layerCount += 1
                comparisons[index].chosen.insert(step.kernel)
            } else {
                indices[shape] = comparisons.count
                comparisons.append(KernelComparison(shape: shape, layerCount: 1, chosen: [step.kernel]))
            }
        }
        return comparisons
    }

    /// Times every kernel of `table` that can serve the shape on the calling thread, the shortest of `runs` runs each.
    ///
    /// Precondition: the processor supports the table's instruction set.
    public func measure(_ table: KernelTable, runs: Int) -> [Measurement] {
        shape.kernels.map { id in
            let kernel = table[id]
            let duration = KernelBenchmark(kernel: kernel, shape: shape).shortestDuration(runs: runs)
            return Measurement(
                kernel: kernel,
                duration: duration,
                isChosen: chosen.contains(kernel.name),
                operationsPerSecond: Double(2 * shape.multiplications) / (duration / .seconds(1))
            )
        }
    }
}
