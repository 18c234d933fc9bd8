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
            another program (deploy/bench-peers does). Shares of the peak compare with what the vector units do in \
            registers, which is measured first: float32 multiply-adds of one thread (--kernels) or of all of them. Rates \
            count the operations of the plain sum, so kernels that save some (winograd) may exceed the peak. \
            --first-answer measures another thing, once: the way from the start of this process over a real checkpoint \
            to the first logits, phase by phase, and the most memory that it had (deploy/bench-first-answer compares it \
            with others).
            """
    )

    @Argument(help: ArgumentHelp("Models as timm writes them, with commas between.", valueName: "models"))
    var models: String

    @Option(
        name: [.customShort("b"), .customLong("batch")],
        help: "Pictures in a run, with commas between (default: 1,16; with --first-answer 1)."
    )
    var batches: String?

    @OptionGroup var processors: ProcessorOptions

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

    @Flag(
        name: .long,
        help: "Print a table of each model's steps instead: kernel, time, GFLOP/s, share of the peak, bytes."
    )
    var layers = false

    @Flag(
        name: .long,
        help: "Time every kernel that can serve each layer shape of the models instead, on one thread."
    )
    var kernels = false

    @Flag(name: .long, help: "Measure one round for each line on standard input, and print it.")
    var onDemand = false

    @Flag(name: .long, help: "Measure from the start of the process to the first logits of one model.")
    var firstAnswer = false

    @Option(
        name: .long,
        help: ArgumentHelp("With --first-answer: a checkpoint instead of the cached one.", valueName: "file")
    )
    var weights: String?

    @Option(
        name: .long,
        help: ArgumentHelp("With --first-answer: a picture (default: one is made up).", valueName: "file")
    )
    var picture: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard seconds > 0, seconds <= 3600 else { throw ValidationError("--seconds takes 0 to 3600.") }
        guard (1...1000).contains(rounds) else { throw ValidationError("--rounds takes 1 to 1000.") }
        guard !kernels || !(layers || onDemand) else {
            throw ValidationError("--kernels stands alone: leave --layers and --on-demand out.")
        }
        let isSingle =
            models.split(separator: ",").count == 1 && batchText.split(separator: ",").count == 1
        guard !onDemand || isSingle else {
            throw ValidationError("--on-demand measures one model at one batch.")
        }
        guard !firstAnswer || isSingle else {
            throw ValidationError("--first-answer measures one model at one batch.")
        }
        guard !firstAnswer || !(layers || kernels || onDemand) else {
            throw ValidationError(
                "--first-answer stands alone: leave --layers, --kernels and --on-demand out."
            )
        }
        guard firstAnswer || (weights == nil && picture == nil) else {
            throw ValidationError(
                "--weights and --picture are for --first-answer; weights are synthetic else."
            )
        }
    }

    /// The batches as they were typed.
    private var batchText: String { batches ?? (firstAnswer ? "1" : "1,16") }

    func run() async throws {
        let batches = try batchText.split(separator: ",").map { text in
            guard let batch = Int(text), (1...4096).contains(batch) else {
                throw ValidationError("--batch \(text): a number from 1 to 4096 is expected.")
            }
            return batch
        }
        let processors = try processors.choice()
        let count = processors.threadCount
        if firstAnswer { return try await answer(batch: batches[0], threads: count) }
        let instructionSet = try CommandEnvironment.current.instructionSet()
        let precision = try Precision(option: precision)
        try processors.confine()
        let pool = try ThreadPool(count: count, pinnedTo: processors.pinned)
        let peak = PeakRate.ofAllThreads(instructionSet ?? .best, pool)
        let sources = try Sources(.current, logger: LogOptions.quiet)
        var reports: [Int: [CompileReport]] = [:]
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
                if kernels {
                    reports[batch, default: []].append(benchmark.model.report)
                    continue
                }
                let row = BenchRow(
                    model: String(name),
                    batch: batch,
                    threads: count,
                    peak: peak,
                    benchmark: benchmark
                )
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
        for batch in batches {
            guard let reports = reports[batch] else { continue }
            let times = KernelTimes(
                reports: reports,
                batch: batch,
                instructionSet: instructionSet ?? .best
            )
            try times.print(runs: rounds, json: output.json)
        }
    }

    private func answer(batch: Int, threads: Int) async throws {
        let request = FirstAnswer.Request(
            model: models,
            weights: weights,
            picture: picture,
            batch: batch,
            inputChannels: inChans,
            imageSize: imgSize
        )
        let answer = try await FirstAnswer(request, environment: .current, threads: threads)
        if output.json {
            try Terminal.print(answer.json(model: models, batch: batch, threads: threads).text)
        } else {
            for line in answer.lines { try Terminal.print(line) }
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
    /// Floating-point operations a second of all threads in registers.
    let peak: Double
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
            ("compile_ms", .double(compileMilliseconds)), ("peak_gflops", .double(peak / 1e9)),
            ("peak_bytes", ProcessMemory.peakByteCount.map(JSON.integer) ?? .null),
        ])
    }

    func layers(runs: Int) -> [String] {
        var table = Table([
            Table.Column("step"), Table.Column("kernel"), Table.Column("output"),
            Table.Column("ms", .right), Table.Column("GFLOP/s", .right), Table.Column("of peak", .right),
            Table.Column("weights kB", .right), Table.Column("activations kB", .right),
        ])
        let durations = benchmark.stepDurations(runs: runs)
        for (step, duration) in zip(benchmark.model.report.steps, durations) {
            let seconds = duration / .seconds(1)
            let operations = Double(2 * step.multiplyAccumulates * batch)
            let hasRate = operations > 0 && seconds > 0
            table.append([
                step.path, step.kernel, step.outputShape.map(String.init).joined(separator: "x"),
                Figures.decimal(seconds * 1000, places: 3),
                hasRate ? Figures.decimal(operations / seconds / 1e9, places: 1) : "",
                hasRate ? Figures.share(operations / seconds, of: peak) : "",
                "\(step.weightByteCount / 1000)", "\(step.activationByteCount * batch / 1000)",
            ])
        }
        let total = durations.reduce(.zero, +) / .milliseconds(1)
        let head =
            "\(model), batch \(batch), \(threads) threads, \(precision), \(isa), peak "
            + "\(Figures.decimal(peak / 1e9, places: 1)) GFLOP/s"
        return [head] + table.lines
            + ["total \(Figures.decimal(total, places: 3)) ms"]
    }
}
