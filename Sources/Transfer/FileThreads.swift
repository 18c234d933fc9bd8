import Foundation

/// A few threads for calls that block: file reading, hashing, syncing.
///
/// The cooperative pool never waits for a disk.
struct FileThreads: Sendable {
    private let queue: OperationQueue

    init(count: Int) {
        queue = OperationQueue()
        queue.maxConcurrentOperationCount = max(1, count)
        queue.name = "apus-files"
    }

    /// Runs `body` on one of the threads.
    func run<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            queue.addOperation { continuation.resume(returning: Result(catching: body)) }
        }
        return try result.get()
    }
}
