import ArgumentParser
import Benchmarks
import Engine
import Foundation
import Graph
import KernelInterface
import Logging
import ModelZoo
import Weights

/// `apus bench`: how fast the engine is on this machine.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure models on this machine, with synthetic weights and no database.",
        discussion: """
            Prints a line for each model and batch: the median of the rounds with the slowest and the fastest. With \
            --on-demand each line on standard input asks for one more round, so that a script can take turns with \
            another program (deploy/bench-peers does).
            """
    )

    @Argument(help: ArgumentHelp("Models as timm writes them, with commas between.", valueName: "models"))
    var models: String

    @Option(name: [.customShort("b"), .customLong("batch")], help: "Pictures in a run, with commas between.")
    var batches = "1,16"

    @Option(name: .long, help: "Threads that compute (default: the processors that this process may use).")
    var threads: Int?

    @Option(name: .long, help: "The length of a round in seconds.")
    var seconds = 1.5

    @Option(name: .long, help: "Rounds of each model and batch.")
    var rounds = 5

    @Option(name: .long, help: "Channels of the pictures (default: the model's own).")
    var inChans: Int?

    @Option(name: .long, help: "Height and width of the input.")
    var imgSize: Int?

    @Option(
        name: .long,
        help: ArgumentHelp("How convolutions and matrix products are computed.", valueName: "fp32|bf16")
    )
    var precision = "fp32"

    @Flag(name: .long, help: "Print a table of each model's steps instead: kernel, time, GFLOP/s, bytes.")
    var layers = false

    @Flag(name: .long, help: "Measure one round for each line on standard input, and print it.")
    var onDemand = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard seconds > 0, seconds <= 3600 else { throw ValidationError("--seconds takes 0 to 3600.") }
        guard (1...1000).contains(rounds) else { throw ValidationError("--rounds takes 1 to 1000.") }
        guard threads.map((1...1024).contains) ?? true else {
            throw ValidationError("--threads takes 1 to 1024.")
        }
        guard
            !onDemand || (models.split(separator: ",").count == 1 && batches.split(separator: ",").count == 1)
        else { throw ValidationError("--on-demand measures one model at one batch.") }
    }

    func run() async throws {
        let batches = try batches.split(separator: ",").map { text in
            guard let batch = Int(text), (1...4096).contains(batch) else {
                throw ValidationError("--batch \(text): a number from 1 to 4096 is expected.")
            }
            return batch
        }
        let count = threads ?? ProcessorAllowance.current().threadCount
        let instructionSet = try CommandEnvironment.current.instructionSet()
        let precision = try Precision(option: precision)
        let pool = try ThreadPool(count: count)
        let sources = try Sources(.current, logger: LogOptions.quiet)
        for name in models.split(separator: ",") {
            let model = try await AskedModel.resolve(String(name), with: sources.locator)
            let tag = model.tag
            let graph = try model.architecture.graph(
                model.buildOptions(
                    inputChannels: inChans ?? tag.inputSize[0],
                    height: imgSize ?? tag.inputSize[1],
                    width: imgSize ?? tag.inputSize[2],
                    classCount: tag.classCount
                )
            )
            for batch in batches {
                let options = CompileOptions(
                    maximumBatch: batch,
                    outputs: [.logits],
                    instructionSet: instructionSet,
                    precision: precision
                )
                let benchmark = try ModelBenchmark(graph: graph, options: options, threads: pool)
                let row = BenchRow(model: String(name), batch: batch, threads: count, benchmark: benchmark)
                if layers {
                    for line in row.layers(runs: rounds) { try Terminal.print(line) }
                } else if onDemand {
                    while readLine() != nil {
                        try Terminal.print(row.json(of: measure(benchmark, rounds: 1)).text)
                    }
                } else {
                    let rates = measure(benchmark, rounds: rounds)
                    try Terminal.print(output.json ? row.json(of: rates).text : row.text(of: rates))
                }
            }
        }
    }

    private func measure(_ benchmark: ModelBenchmark, rounds: Int) -> [Double] {
        (0..<rounds).map { _ in benchmark.round(of: .seconds(seconds)) }.sorted()
    }
}

/// One model at one batch, and how its figures are printed.
private struct BenchRow {
    let model: String
    let batch: Int
    let threads: Int
    let benchmark: ModelBenchmark

    private var isa: String { benchmark.model.report.instructionSet.rawValue }
    private var precision: String { benchmark.model.report.precision.shortName }
    private var compileMilliseconds: Double { benchmark.compileDuration / .milliseconds(1) }

    func text(of rates: [Double]) -> String {
        let figures = [rates[rates.count / 2], rates[0], rates[rates.count - 1]]
            .map { Figures.decimal($0, places: 1) }
        return "\(model)  batch \(batch)  threads \(threads)  \(precision)  \(isa)  \(figures[0]) pictures/s "
            + "(\(figures[1]) to \(figures[2]))  compiled in \(Figures.decimal(compileMilliseconds, places: 0)) ms"
    }

    func json(of rates: [Double]) -> JSON {
        .object([
            ("model", .string(model)), ("batch", .integer(batch)), ("threads", .integer(threads)),
            ("precision", .string(precision)), ("isa", .string(isa)),
            ("ips", .double(rates[rates.count / 2])),
            ("min", .double(rates[0])), ("max", .double(rates[rates.count - 1])),
            ("compile_ms", .double(compileMilliseconds)),
            ("peak_bytes", ProcessMemory.peakByteCount.map(JSON.integer) ?? .null),
        ])
    }

    func layers(runs: Int) -> [String] {
        var table = Table([
            Table.Column("step"), Table.Column("kernel"), Table.Column("output"),
            Table.Column("ms", .right), Table.Column("GFLOP/s", .right),
            Table.Column("weights kB", .right), Table.Column("activations kB", .right),
        ])
        let durations = benchmark.stepDurations(runs: runs)
        for (step, duration) in zip(benchmark.model.report.steps, durations) {
            let seconds = duration / .seconds(1)
            let operations = Double(2 * step.multiplyAccumulates * batch)
            table.append([
                step.path, step.kernel, step.outputShape.map(String.init).joined(separator: "x"),
                Figures.decimal(seconds * 1000, places: 3),
                operations > 0 && seconds > 0 ? Figures.decimal(operations / seconds / 1e9, places: 1) : "",
                "\(step.weightByteCount / 1000)", "\(step.activationByteCount * batch / 1000)",
            ])
        }
        let total = durations.reduce(.zero, +) / .milliseconds(1)
        return ["\(model), batch \(batch), \(threads) threads, \(precision), \(isa)"] + table.lines
            + ["total \(Figures.decimal(total, places: 3)) ms"]
    }
}
