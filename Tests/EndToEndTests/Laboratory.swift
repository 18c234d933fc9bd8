import Checkpoints
import Foundation
import Graph
import JobQueue
import Logging
import ModelZoo
import PostgreSQL
import Tensors
import TestSupport

/// An empty database, a folder and the built command, for one test.
struct Laboratory: Sendable {
    let folder: TemporaryFolder
    let database: TestDatabase
    /// What commands see besides `PATH`.
    var environment: [String: String]

    /// Runs `body` in a new laboratory.
    static func with<Result>(_ body: (Laboratory) async throws -> Result) async throws -> Result {
        try await TestDatabase.with(migrated: false) { database in
            try await body(try Laboratory(database))
        }
    }

    private init(_ database: TestDatabase) throws {
        folder = try TemporaryFolder()
        self.database = database
        let parameters = database.options.parameters
        environment = [
            "DATABASE_URL": ["host", "port", "user", "dbname"].compactMap { name in
                parameters[name].map { "\(name)='\($0)'" }
            }.joined(separator: " "),
            "HOME": folder.root,
            "HF_HUB_OFFLINE": "1",
        ]
    }

    /// Starts the command.
    func start(_ arguments: String...) throws -> RunningCommand {
        try RunningCommand(arguments, environment: environment, folder: folder.root)
    }

    /// Runs the command to its end.
    func run(_ arguments: String...) async throws -> CommandResult {
        try await RunningCommand(arguments, environment: environment, folder: folder.root).result()
    }

    /// Runs the command to its end.
    func run(_ arguments: [String]) async throws -> CommandResult {
        try await RunningCommand(arguments, environment: environment, folder: folder.root).result()
    }

    /// Whole numbers that a statement yields in the columns `names`, row by row.
    func integers(_ names: String..., of statement: String) async throws -> [[Int64]] {
        let connection = Connection(options: database.options, logger: Logger(label: "laboratory"))
        let rows = try await connection.run { session in
            try session.query(statement).map { row in try names.map { try row.get($0, as: Int64.self) } }
        }
        await connection.close()
        return rows
    }

    /// Writes a checkpoint of generated weights for `architecture` and returns its path.
    func writeCheckpoint(
        _ architecture: String = "test_resnet",
        exponents: [Int] = [],
        change: (inout [String: Tensor]) -> Void = { _ in }
    ) throws -> String {
        let model = try ModelRegistry.architecture(named: architecture)
        let graph = try model.graph(
            BuildOptions(inputChannels: 3, height: 160, width: 160, classCount: model.defaultTag.classCount)
        )
        var tensors = GeneratedTensor.parameters(graph.parameters, exponents: exponents).tensors
        change(&tensors)
        let path = folder.path("\(architecture).safetensors")
        try SafetensorsWriter.write(tensors, to: path)
        return path
    }

    /// Writes the exported model `name` of the fixtures as a folder, with generated weights, and returns its path.
    func writeExport(
        _ name: String,
        of architecture: String,
        inputChannels: Int,
        exponents: [Int] = [],
        size: Int = 160,
        configuration change: (String) -> String = { $0 }
    ) throws -> String {
        let path = folder.path(name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let url = Bundle.module.url(forResource: "Fixtures/exported/\(name)/config", withExtension: "json")
        guard let url else { throw CocoaError(.fileNoSuchFile) }
        let text = change(try String(contentsOf: url, encoding: .utf8))
        try text.write(toFile: "\(path)/config.json", atomically: true, encoding: .utf8)
        let graph = try ModelRegistry.architecture(named: architecture).graph(
            BuildOptions(
                inputChannels: inputChannels,
                height: size,
                width: size,
                classCount: 7,
                checkpointSize: Extent(size)
            )
        )
        let tensors = GeneratedTensor.parameters(graph.parameters, exponents: exponents).tensors
        try SafetensorsWriter.write(tensors, to: "\(path)/model.safetensors")
        return path
    }

    /// Text that a statement yields in the columns `names`, row by row.
    func texts(_ names: String..., of statement: String) async throws -> [[String]] {
        let connection = Connection(options: database.options, logger: Logger(label: "laboratory"))
        let rows = try await connection.run { session in
            try session.query(statement).map { row in try names.map { try row.get($0, as: String.self) } }
        }
        await connection.close()
        return rows
    }

    /// Writes a small RGB picture whose pixels follow from `seed`.
    func writePicture(_ name: String, seed: Int, width: Int = 40, height: Int = 36) throws -> String {
        let path = folder.path(name)
        let bytes = TinyPNG.encode(width: width, height: height, seed: seed)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Writes float32 values as a `.npy` file `[C, H, W]`.
    func writeArray(_ name: String, shape: [Int], values: [Float]) throws -> String {
        let path = folder.path(name)
        try NumpyFile.encode(shape: shape, values: values).write(to: URL(fileURLWithPath: path))
        return path
    }
}
