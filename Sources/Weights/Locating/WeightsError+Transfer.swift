import Foundation
import Transfer

extension WeightsError {
    /// The error of a transfer.
    init(_ error: TransferError, during work: String, advice: String = "") {
        let code: Code =
            switch error.code {
            case .notFound: .notFound
            case .forbidden: .unauthorized
            case .busy, .serverFailure, .network, .timedOut, .cancelled: .unreachable
            case .wrongHash: .hashMismatch
            case .noSpace, .fileSystem, .refusedFile: .fileSystem
            case .truncated, .rejected, .tooLarge, .tls, .badRedirect, .invalidURI, .unsupportedScheme,
                .refusedAddress:
                .badResponse
            }
        self.init(
            code: code,
            message: "\(work): \(error)\(advice.isEmpty ? "" : "; \(advice)")",
            cause: error
        )
    }

    /// Whether another try may succeed without anyone changing anything.
    public var isTransient: Bool { (cause as? TransferError)?.isTransient ?? (code == .unreachable) }

    /// Whether the task was cancelled.
    public var isCancellation: Bool { (cause as? TransferError)?.code == .cancelled }

    static func cancelled(_ work: String) -> WeightsError {
        WeightsError(TransferError(code: .cancelled, message: "the task was cancelled"), during: work)
    }

    /// The error of a system call.
    static func system(_ work: String, _ path: String, _ number: Int32) -> WeightsError {
        let reason = unsafe String(cString: strerror(number))
        return WeightsError(code: .fileSystem, message: "cannot \(work) '\(path)': \(reason)")
    }
}

/// Runs Foundation's file calls, whose errors have no type of their own.
func fileSystem<Value>(
    _ work: String,
    _ path: String,
    _ body: () throws -> Value
) throws(WeightsError) -> Value {
    do {
        return try body()
    } catch {
        throw WeightsError(
            code: .fileSystem,
            message: "cannot \(work) '\(path)': \(error.localizedDescription)",
            cause: error
        )
    }
}
