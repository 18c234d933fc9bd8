import Checkpoints
import Foundation
import Graph
import JobQueue
import Logging
import ModelZoo
import PostgreSQL
import Synchronization
import Tensors
import TestSupport

/// One private PostgreSQL for all suites of this process, in a temporary folder; a database for each laboratory.
actor LaboratoryServer {
    static let instance = LaboratoryServer()

    private var connection: ConnectionOptions?
    private var server: PrivateServer?
    private var folder: TemporaryFolder?
    private var databaseCount = 0

    /// Makes an empty database.
    func makeDatabase() async throws -> ConnectionOptions {
        let maintenance = try await start()
        databaseCount += 1
        let name = "laboratory_\(databaseCount)"
        let connection = Connection(options: maintenance, logger: Self.logger)
        try await connection.run { session in try session.script("CREATE DATABASE \(name)") }
        await connection.close()
        var options = maintenance
        options.parameters["dbname"] = name
        return options
    }

    private func start() async throws -> ConnectionOptions {
        if let connection { return connection }
        let folder = try TemporaryFolder()
        let server = PrivateServer(
            settings: PrivateServerSettings(
                folder: folder.path("server"),
                serverSettings: ["fsync": "off", "synchronous_commit": "off"]
            ),
            logger: Self.logger
        )
        let started = try await server.start()
        self.folder = folder
        self.server = server
        connection = started
        return started
    }

    static var logger: Logger {
        var logger = Logger(label: "laboratory")
        logger.logLevel = .error
        return logger
    }
}

/// A database, a folder and the built command, for one test.
struct Laboratory {
    let folder: TemporaryFolder
    let connection: ConnectionOptions
    /// What commands see besides `PATH`.
    var environment: [String: String]

    init() async throws {
        folder = try TemporaryFolder()
        connection = try await LaboratoryServer.instance.makeDatabase()
        let parameters = connection.parameters
        let host = parameters["host", default: ""]
        environment = [
            "DATABASE_URL": "host='\(host)' port=\(parameters["port", default: "5432"]) "
                + "user=\(parameters["user", default: ""]) dbname=\(parameters["dbname", default: ""])",
            "HOME": folder.root,
            "HF_HUB_OFFLINE": "1",
        ]
    }

    /// A queue on the laboratory's database.
    func queue() throws -> JobQueue {
        try JobQueue(options: connection, logger: LaboratoryServer.logger)
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

    /// Whole numbers that a statement yields, row by row.
    func integers(_ statement: String) async throws -> [[Int64]] {
        let connection = Connection(options: connection, logger: LaboratoryServer.logger)
        let rows = try await connection.run { session in
            try session.query(statement).map { row in
                try (0..<row.count).map { try row.get($0, as: Int64.self) }
            }
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
