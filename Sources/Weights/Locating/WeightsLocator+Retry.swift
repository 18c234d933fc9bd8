import Logging
import Transfer

extension WeightsLocator {
    /// Runs a transfer, and again after each of the delays while its error is one that passes.
    ///
    /// What the server asks to wait is waited, up to half a minute. Delays are shortened at random by up to a half,
    /// so that the processes of a machine do not come back together.
    func retrying<Value: Sendable>(
        _ thing: String,
        _ body: () async throws(TransferError) -> Value
    ) async throws(TransferError) -> Value {
        for delay in retryDelays {
            do throws(TransferError) {
                return try await body()
            } catch {
                guard error.isTransient else { throw error }
                let wait = max(
                    delay * Double.random(in: 0.5...1),
                    min(error.retryAfter ?? .zero, .seconds(30))
                )
                logger.notice(
                    "a transfer failed and is tried again",
                    metadata: ["thing": "\(thing)", "reason": "\(error)", "wait": "\(wait)"]
                )
                do {
                    try await Task.sleep(for: wait)
                } catch {
                    throw TransferError(code: .cancelled, message: "the transfer was cancelled")
                }
            }
        }
        return try await body()
    }
}
