import Benchmarks
import Engine
import KernelInterface

/// What `apus bench --kernels` prints: every kernel at every shape of the models' layers, on one thread.
struct KernelTimes {
    let comparisons: [KernelComparison]
    let table: KernelTable
    let batch: Int
    /// Floating-point operations a second of one thread in registers.
    let peak: Double

    /// Finds the distinct shapes of compiled models and measures the peak.
    init(reports: [CompileReport], batch: Int, instructionSet: InstructionSet) {
        comparisons = KernelComparison.all(in: reports, pictures: batch)
        table = instructionSet.kernels
        self.batch = batch
        peak = PeakRate.ofOneThread(instructionSet)
    }

    /// Measures and prints: a table at the end, or an object a line as they come.
    ///
    /// - Throws: `Terminal.OutputClosed`.
    func print(runs: Int, json: Bool) throws {
        var text = Table([
            Table.Column("shape"), Table.Column("layers", .right), Table.Column("kernel"),
            Table.Column("ms", .right), Table.Column("GFLOP/s", .right), Table.Column("of peak", .right),
            Table.Column("chosen"),
        ])
        for comparison in comparisons {
            for measurement in comparison.measure(table, runs: runs) {
                if json {
                    try Terminal.print(self.json(comparison, measurement).text)
                } else {
                    text.append(cells(comparison, measurement))
                }
            }
        }
        guard !json else { return }
        try Terminal.print(
            "batch \(batch), 1 thread, \(table), peak \(Figures.decimal(peak / 1e9, places: 1)) GFLOP/s"
        )
        for line in text.lines { try Terminal.print(line) }
    }

    private func cells(
        _ comparison: KernelComparison,
        _ measurement: KernelComparison.Measurement
    ) -> [String] {
        [
            "\(comparison.shape)", "\(comparison.layerCount)", measurement.kernel.name,
            Figures.decimal(measurement.duration / .milliseconds(1), places: 3),
            Figures.decimal(measurement.operationsPerSecond / 1e9, places: 1),
            Figures.share(measurement.operationsPerSecond, of: peak), measurement.isChosen ? "*" : "",
        ]
    }

    private func json(_ comparison: KernelComparison, _ measurement: KernelComparison.Measurement) -> JSON {
        .object([
            ("shape", .string("\(comparison.shape)")), ("layers", .integer(comparison.layerCount)),
            ("batch", .integer(batch)), ("kernel", .string(measurement.kernel.name)),
            ("ms", .double(measurement.duration / .milliseconds(1))),
            ("gflops", .double(measurement.operationsPerSecond / 1e9)),
            ("peak_gflops", .double(peak / 1e9)), ("chosen", .bool(measurement.isChosen)),
        ])
    }
}
