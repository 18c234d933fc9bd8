import Engine
import Foundation
import Graph
import KernelInterface
import ModelZoo
import Tensors
import TestSupport
import Weights

/// The records of this folder and how the models of the registry are run on them.
struct ParityCase: Sendable, CustomStringConvertible {
    /// What timm computes.
    var record: ParityRecord

    var description: String { "\(record)" }

    /// The records of a folder, `golden`, `adapted` or `sizes`, of models that the registry has.
    static func all(in folder: String) throws -> [ParityCase] {
        let known = Set(ModelRegistry.architectureNames)
        return try records(in: folder)
            .filter { known.contains($0.model) }
            .map { ParityCase(record: $0) }
    }

    /// The records of a folder, whether the registry has their models or not.
    static func records(in folder: String) throws -> [ParityRecord] {
        let url = Bundle.module.resourceURL?.appending(path: "Fixtures/\(folder)")
        return try ParityRecord.read(folder: url ?? URL(filePath: "Fixtures/\(folder)"))
    }

    /// The records that a run of the tests checks: all if `APUS_TEST_ALL` is 1, otherwise those of few
    /// multiply-accumulates and the least of each family.
    static func chosen(in folder: String) throws -> [ParityCase] {
        let cases = try all(in: folder).filter { $0.record.output != nil }
        if checksAll { return cases }
        let work = try cases.map { try $0.multiplyAccumulates() }
        let least = leastOfEachFamily(cases, work: work)
        return zip(cases, work).filter { $1 <= smallModel || least.contains($0.record.model) }.map(\.0)
    }

    /// The model of the fewest multiply-accumulates of each family; `work` belongs to `cases`.
    static func leastOfEachFamily(_ cases: [ParityCase], work: [Int]) -> Set<String> {
        var least: [String: (model: String, work: Int)] = [:]
        for (parity, work) in zip(cases, work) where work < least[parity.record.family]?.work ?? .max {
            least[parity.record.family] = (parity.record.model, work)
        }
        return Set(least.values.map(\.model))
    }

    /// Whether the heavy tests run too: `APUS_TEST_ALL` is 1.
    static let checksAll = ProcessInfo.processInfo.environment["APUS_TEST_ALL"] == "1"

    /// Multiply-accumulates of a picture at the record's size, up to which a model belongs to every run.
    private static let smallModel = 2_000_000_000

    /// Multiply-accumulates of the record's picture.
    func multiplyAccumulates() throws -> Int {
        try ModelSummary(graph(channels: channels)).multiplyAccumulates
    }

    /// Whether timm adapted a checkpoint of 3 channels.
    var isAdapted: Bool { channels != 3 }

    /// Channels of the picture.
    var channels: Int { record.inputChannels ?? 3 }

    /// The model's graph at the record's size.
    ///
    /// timm made the records of 3 channels without, those of other channels with published weights.
    func graph(channels: Int) throws -> Graph {
        let architecture = try ModelRegistry.architecture(named: record.model)
        let size = record.size ?? Array(architecture.defaultTag.inputSize.dropFirst())
        return try architecture.graph(
            BuildOptions(
                inputChannels: channels,
                height: size[0],
                width: size[1],
                classCount: architecture.defaultTag.classCount,
                weightOrigin: isAdapted ? .pretrained : .initialized
            )
        )
    }

    /// The generated weights of 3 channels, brought to the picture's channels as a checkpoint is.
    func parameters() throws -> ParameterStore {
        let architecture = try ModelRegistry.architecture(named: record.model)
        let tag = architecture.defaultTag
        let checkpoint = GeneratedTensor.parameters(
            try graph(channels: 3).parameters,
            exponents: record.exponents ?? []
        )
        let weights = SourceWeights(
            tensors: checkpoint.tensors,
            modelName: tag.fullName,
            baseChannels: 3,
            firstConvolutions: tag.firstConvolutions,
            classifiers: tag.classifiers
        )
        return try weights.parameters(
            for: graph(channels: channels),
            inputChannels: channels,
            classCount: tag.classCount
        )
    }

    /// The model with outputs `logits` and `embedding`; nil for the weights generates them.
    func compile(
        maximumBatch: Int = 1,
        parameters: ParameterStore? = nil,
        instructionSet: InstructionSet? = nil,
        precision: Precision = .float32,
        threads: ThreadPool
    ) throws -> CompiledModel {
        try CompiledModel(
            graph: graph(channels: channels),
            parameters: parameters ?? self.parameters(),
            options: CompileOptions(
                maximumBatch: maximumBatch,
                outputs: [.logits, .embedding],
                instructionSet: instructionSet,
                precision: precision
            ),
            threads: threads
        )
    }
}
