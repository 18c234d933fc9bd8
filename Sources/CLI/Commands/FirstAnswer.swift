import Benchmarks
import Engine
import Foundation
import Graph
import Images
import JobQueue
import KernelInterface
import ModelZoo
import Tensors
import Weights
import Worker

/// From the start of the process to the first logits, by the path that a worker takes, and what that took.
struct FirstAnswer {
    /// What is asked for.
    struct Request {
        /// The model as it was typed.
        var model: String
        /// A checkpoint instead of the cached one.
        var weights: String?
        /// A picture's file; nil makes one up.
        var picture: String?
        /// Pictures of the run: the same one each time.
        var batch: Int
        /// Channels of the pictures; nil takes the model's own.
        var inputChannels: Int?
        /// Height and width of the input; nil takes the model's own.
        var imageSize: Int?
    }

    /// The phases since the start of the process.
    let times: PhaseTimes
    /// The most memory that the process had resident, in bytes.
    let peakByteCount: Int?
    /// What the compiler made of the model.
    let report: CompileReport
    /// The first picture's.
    let logits: [Float]

    /// Goes the whole way once; `environment` is that of the process.
    ///
    /// Nothing is downloaded, since a network is not to be measured.
    ///
    /// - Throws: ``CommandError`` where the weights are not on this machine; what the stages throw.
    init(_ request: Request, environment: CommandEnvironment, threads: Int) async throws {
        var times = PhaseTimes()
        let sources = try Sources(environment, isOffline: true, logger: LogOptions.quiet)
        let pool = try ThreadPool(count: threads)
        let instructionSet = try environment.instructionSet()
        times.end("start")
        let named = try await AskedModel.resolve(request.model, with: sources.locator)
        var options = JobOptions()
        options.imageSize = request.imageSize
        options.checkpoint = request.weights
        let plan = try ModelPlan(
            model: named,
            inputChannels: request.inputChannels ?? named.tag.inputSize[0],
            options: options
        )
        times.end("look up model")
        let prepared: PreparedModel
        do throws(RowFailure) {
            prepared = try await prepareModel(plan, expectedSHA256: nil, locator: sources.locator) {
                times.end($0.rawValue)
            }
        } catch {
            throw Self.explained(error, request)
        }
        let model = try CompiledModel(
            graph: prepared.graph,
            parameters: prepared.parameters,
            options: CompileOptions(maximumBatch: request.batch, instructionSet: instructionSet),
            threads: pool
        )
        times.end(
            "compile: rest",
            parts: model.report.passes.map { ("compile: \($0.name)", $0.duration) }
        )
        let count = model.inputShape.reduce(1, *)
        let input = AlignedBuffer(byteCount: request.batch * count * 4)
        let pixels = unsafe input.bytes.bindMemory(to: Float.self)
        try unsafe Self.fill(UnsafeMutableBufferPointer(rebasing: pixels[..<count]), request, plan)
        for picture in 1..<max(request.batch, 1) {
            let slot = unsafe UnsafeMutableBufferPointer(
                rebasing: pixels[picture * count..<(picture + 1) * count]
            )
            _ = unsafe slot.update(fromContentsOf: pixels[..<count])
        }
        times.end("make picture")
        let classCount = model.outputShape(.logits)?.reduce(1, *) ?? 0
        var logits = [Float](repeating: 0, count: classCount * request.batch)
        unsafe logits.withUnsafeMutableBufferPointer { target in
            guard let source = pixels.baseAddress, let target = target.baseAddress else { return }
            unsafe model.run(batch: request.batch, input: source, outputs: [(.logits, target)])
        }
        times.end("first run")
        self.times = times
        self.logits = Array(logits.prefix(classCount))
        report = model.report
        peakByteCount = ProcessMemory.peakByteCount
    }

    /// Says what to type where the weights are not here.
    private static func explained(_ failure: RowFailure, _ request: Request) -> any Error {
        guard failure.code == WeightsError.Code.offline.rawValue else { return failure }
        return CommandError(
            "the weights of \(request.model) are not in a cache on this machine, and --first-answer downloads nothing. "
                + "Fetch them with:  apus run \(request.model) PICTURE  or give a file with --weights"
        )
    }

    /// Writes the input `[C, H, W]` of the request's picture; a made-up one is a ramp from -1 to 1.
    private static func fill(
        _ slot: UnsafeMutableBufferPointer<Float>,
        _ request: Request,
        _ plan: ModelPlan
    ) throws {
        guard let picture = request.picture else {
            for index in slot.indices { unsafe slot[index] = Float(index % 255) / 127 - 1 }
            return
        }
        guard let bytes = FileManager.default.contents(atPath: picture) else {
            throw CommandError(
                "--picture \(picture): no such file, or it cannot be read; name a picture's file."
            )
        }
        let decoded = try PictureDecoder.decode(
            [UInt8](bytes),
            arrays: ArrayInterpretation(uri: picture, channels: plan.input.channels)
        )
        try unsafe Preprocessor(spec: plan.input, rule: plan.rule).prepare(decoded, into: slot)
    }
}

extension FirstAnswer {
    /// A line for each phase, then the sum and the memory.
    var lines: [String] {
        var table = Table([Table.Column("phase"), Table.Column("ms", .right)])
        for phase in times.phases { table.append([phase.name, Self.milliseconds(phase.duration)]) }
        let memory = peakByteCount.map { "\($0 / 1_000_000) MB" } ?? "unknown"
        return table.lines + [
            "first answer after \(Self.milliseconds(times.total)) ms; most memory \(memory): packed weights "
                + "\(report.weightByteCount / 1_000_000) MB, activations \(report.arenaByteCount / 1_000_000) MB"
        ]
    }

    /// One object; times in seconds, memory in bytes.
    func json(model: String, batch: Int, threads: Int) -> JSON {
        .object([
            ("model", .string(model)), ("batch", .integer(batch)), ("threads", .integer(threads)),
            ("isa", .string(report.instructionSet.rawValue)), ("seconds", .double(times.total / .seconds(1))),
            ("peak_bytes", .optional(peakByteCount)), ("weight_bytes", .integer(report.weightByteCount)),
            ("activation_bytes", .integer(report.arenaByteCount)),
            ("phases", .object(times.phases.map { ($0.name, .double($0.duration / .seconds(1))) })),
            ("logits", .array(logits.map(JSON.float))),
        ])
    }

    private static func milliseconds(_ duration: Duration) -> String {
        Figures.decimal(duration / .milliseconds(1), places: 1)
    }
}
