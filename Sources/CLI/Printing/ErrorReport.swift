import Checkpoints
import Engine
import Graph
import Images
import JobQueue
import ModelZoo
import PostgreSQL
import Transfer
import Weights
import Worker

/// One of our errors as a person reads it, and the exit status that it means.
struct ErrorReport {
    /// What failed, on which thing, expected and found, and what to do.
    let message: String
    /// What the shell is told.
    let status: ExitStatus

    /// Makes the report of a message of the command's own.
    init(message: String, status: ExitStatus) {
        self.message = message
        self.status = status
    }

    /// The report of `error`, or nil for one that no target of ours declares.
    init?(_ error: any Error) {
        switch error {
        case let error as CommandError: self.init(message: error.message, status: error.status)
        case let error as ModelZooError: self.init(message: error.description, status: Self.status(of: error))
        case let error as RowFailure: self.init(message: error.message, status: Self.status(of: error))
        case let error as WeightsError:
            self.init(
                message: error.description,
                status: Self.status(of: error)
            )
        case let error as TransferError:
            self.init(message: error.description, status: error.isTransient ? .unavailable : .failure)
        case let error as JobQueueError:
            self.init(message: Self.text(of: error), status: Self.status(of: error))
        case let error as PostgreSQLError:
            self.init(message: error.description, status: Self.status(of: error))
        case let error as WorkerError: self.init(message: error.description, status: .failure)
        case let error as EngineError: self.init(message: error.description, status: .failure)
        case let error as ImageError: self.init(message: error.description, status: .failure)
        case let error as GraphError: self.init(message: error.description, status: .failure)
        case let error as CheckpointError: self.init(message: error.description, status: .failure)
        default: return nil
        }
    }

    private static func status(of error: ModelZooError) -> ExitStatus {
        switch error.code {
        case .unknownModel, .unknownTag, .unsupportedArchitecture: .usage
        case .unknownTensor, .duplicateTensor: .failure
        }
    }

    private static func status(of error: WeightsError) -> ExitStatus {
        switch error.code {
        case .unreachable, .offline: .unavailable
        case .modelName: .usage
        case .notFound, .unauthorized, .badResponse, .hashMismatch, .fileSystem, .checkpoint, .architecture,
            .inputChannels, .classCount, .parameters, .configuration:
            .failure
        }
    }

    private static func status(of failure: RowFailure) -> ExitStatus {
        let unavailable: [WeightsError.Code] = [.unreachable, .offline]
        if unavailable.contains(where: { $0.rawValue == failure.code }) { return .unavailable }
        let usage: [ModelZooError.Code] = [.unknownModel, .unknownTag, .unsupportedArchitecture]
        return usage.contains { $0.rawValue == failure.code } || failure.code == "settings"
            ? .usage : .failure
    }

    /// The server's words repeat the message where a job is unknown or in the wrong state.
    private static func text(of error: JobQueueError) -> String {
        switch error.code {
        case .unknownJob: "\(error.message); list the jobs with:  apus status"
        case .wrongState: error.message
        case .invalidJob, .schemaVersion, .changedMigration, .damaged, .database: error.description
        }
    }

    private static func status(of error: JobQueueError) -> ExitStatus {
        switch error.code {
        case .database: error.cause.flatMap { ErrorReport($0)?.status } ?? .failure
        case .unknownJob, .wrongState, .invalidJob, .schemaVersion, .changedMigration, .damaged: .failure
        }
    }

    private static func status(of error: PostgreSQLError) -> ExitStatus {
        switch error.code {
        case .connectionFailed, .connectionLost, .notInstalled, .privateServer: .unavailable
        case .refused, .cancelled, .unexpectedValue: error.isTransient ? .unavailable : .failure
        }
    }

    /// Writes `apus: error: ...` to stderr.
    func print() {
        Terminal.note("apus: error: \(message)")
    }
}

/// What the command itself refuses.
struct CommandError: Error {
    /// What failed and what to type next.
    let message: String
    /// What the shell is told.
    let status: ExitStatus

    init(_ message: String, status: ExitStatus = .failure) {
        self.message = message
        self.status = status
    }
}

/// The end of a command that has said everything.
struct ExitRequest: Error {
    /// What the shell is told.
    let status: ExitStatus
}
