import Engine
import Graph
import Images
package import JobQueue
import ModelZoo
import Transfer
import Weights

extension RowFailure: Error {
    /// The failure that `error` means at `stage`.
    ///
    /// Errors of a kind that no target of ours declares are the picture's fault before the model runs and the
    /// worker's own otherwise: a job must not be failed by what one machine does not know.
    package init(_ error: any Error, at stage: Stage) {
        switch error {
        case let failure as RowFailure: self = failure
        case let error as TransferError: self.init(transfer: error, at: stage)
        case let error as WeightsError: self.init(weights: error, at: stage)
        case let error as ImageError:
            self.init(
                stage: stage,
                code: error.code.rawValue,
                message: error.description,
                disposition: .failRow
            )
        case let error as EngineError: self.init(engine: error, at: stage)
        case let error as ModelZooError:
            self.init(
                stage: stage,
                code: error.code.rawValue,
                message: error.description,
                disposition: .failJob
            )
        case let error as GraphError:
            self.init(
                stage: stage,
                code: error.code.rawValue,
                message: error.description,
                disposition: .failJob
            )
        case let error as WorkerError: self.init(worker: error, at: stage)
        default:
            let isAboutPicture = [Stage.fetch, .decode, .preprocess].contains(stage)
            self.init(
                stage: stage,
                code: "unexpected",
                message: "\(error)",
                disposition: isAboutPicture ? .failRow : .stopWorker
            )
        }
    }

    private init(transfer error: TransferError, at stage: Stage) {
        let disposition: Disposition
        if error.code == .noSpace {
            disposition = .stopWorker
        } else if error.isTransient || error.code == .cancelled {
            disposition = .retryRow(after: error.retryAfter)
        } else {
            disposition = stage == .fetch ? .failRow : .failJob
        }
        self.init(
            stage: stage,
            code: error.code.rawValue,
            message: error.description,
            disposition: disposition
        )
    }

    private init(weights error: WeightsError, at stage: Stage) {
        let isPassing = error.isTransient || error.isCancellation || error.code == .fileSystem
        let disposition: Disposition = isPassing ? .retryRow(after: nil) : .failJob
        self.init(
            stage: stage,
            code: error.code.rawValue,
            message: error.description,
            disposition: disposition
        )
    }

    private init(engine error: EngineError, at stage: Stage) {
        let disposition: Disposition =
            switch error.code {
            case .missingOutput, .missingParameter, .parameterShape, .unsupportedOperator: .failJob
            case .unsupportedInstructionSet, .invalidOption, .threadCreation, .affinity: .stopWorker
            }
        self.init(
            stage: stage,
            code: error.code.rawValue,
            message: error.description,
            disposition: disposition
        )
    }

    private init(worker error: WorkerError, at stage: Stage) {
        let disposition: Disposition =
            switch error.code {
            case .notFinite, .unsupported: .failRow
            case .settings: .failJob
            case .resources, .memoryBudget: .stopWorker
            }
        self.init(
            stage: stage,
            code: error.code.rawValue,
            message: error.description,
            disposition: disposition
        )
    }
}
