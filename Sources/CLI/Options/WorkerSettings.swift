import ArgumentParser
import Engine
import Foundation
import JobQueue
import Logging
import Transfer
import Weights
import Worker

/// What a worker process may use.
struct WorkerSettings: ParsableArguments {
    @OptionGroup var processors: ProcessorOptions

    @Option(name: .long, help: "Threads that decode pictures (default: half of --threads).")
    var decoders: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Memory that compiled models may take (default: half of the machine's).",
            valueName: "GiB"
        )
    )
    var memory: Double?

    /// The options of this process.
    ///
    /// - Throws: `ValidationError` for counts out of range, `EngineError` for a NUMA node that is not there,
    ///   ``CommandError`` for an `APUS_ISA` that this processor lacks.
    func options(_ environment: CommandEnvironment, _ processors: ProcessorOptions.Choice) throws
        -> WorkerOptions
    {
        let decoderCount = decoders ?? max(1, (processors.threadCount + 1) / 2)
        guard (1...1024).contains(decoderCount) else {
            throw ValidationError("--decoders \(decoderCount): 1 to 1024 is expected.")
        }
        let machineByteCount = Double(ProcessInfo.processInfo.physicalMemory)
        let memoryByteCount = memory.map { $0 * 1_073_741_824 } ?? machineByteCount / 2
        guard memoryByteCount >= 1, memoryByteCount < 1e15 else {
            throw ValidationError("--memory takes a number of GiB above 0.")
        }
        var options = WorkerOptions(
            threadCount: processors.threadCount,
            decoderCount: decoderCount,
            memoryByteCount: Int(memoryByteCount),
            host: ProcessInfo.processInfo.hostName,
            processID: ProcessInfo.processInfo.processIdentifier,
            build: Build.name
        )
        options.pinnedProcessors = processors.pinned
        options.instructionSet = try environment.instructionSet()
        return options
    }
}

/// What fetches pictures and weights.
struct Sources {
    let transfer: Transfer
    let locator: WeightsLocator

    /// As many as a worker fetches at once: the pictures of a job often lie on one host.
    private static let requestsPerHost = 16

    /// Starts the transfer threads with the environment's hub and caches; `isOffline` keeps them from downloading weights.
    ///
    /// - Throws: `TransferError` where libcurl cannot be started.
    init(
        _ environment: CommandEnvironment,
        policy: TransferPolicy = TransferPolicy(),
        isOffline: Bool = false,
        logger: Logger
    ) throws {
        var policy = policy
        policy.requestsPerHost = Self.requestsPerHost
        transfer = try Transfer(policy: policy, userAgent: Build.name)
        var weights = WeightsEnvironment(environment: environment.variables)
        if isOffline { weights.isOffline = true }
        locator = WeightsLocator(transfer: transfer, environment: weights, logger: logger)
    }
}
