import CCurlShim
import Foundation
import Synchronization

/// One thread that drives all requests of a ``Transfer`` through libcurl's multi interface.
///
/// Connections live in the multi handle and are used again by later requests to the same host. Requests beyond
/// the limits wait their turn here, so that their time limits start with their connection.
@safe final class ExchangeLoop: Sendable {
    private struct Inbox {
        var arrived: [Exchange] = []
        var isStopping = false
    }

    /// The multi handle: only `curl_multi_wakeup` is called from other threads, which libcurl allows.
    @safe private struct Handle: @unchecked Sendable {
        let pointer: UnsafeMutableRawPointer
    }

    private static let isStarted = apus_curl_start()

    private let inbox = Mutex(Inbox())
    private let multi: Handle
    private let requestsPerHost: Int
    private let requestCount: Int

    /// Starts the thread.
    init(requestsPerHost: Int, requestCount: Int) throws(TransferError) {
        guard Self.isStarted, let pointer = unsafe curl_multi_init() else {
            throw TransferError(code: .network, message: "libcurl cannot be started")
        }
        unsafe multi = Handle(pointer: pointer)
        self.requestsPerHost = max(1, requestsPerHost)
        self.requestCount = max(1, requestCount)
        unsafe _ = apus_curl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, requestCount)
        let thread = Thread { [self] in run() }
        thread.name = "apus-transfer"
        thread.start()
    }

    /// Sends a request and waits for its answer; a cancelled task aborts it.
    func perform(_ request: ExchangeRequest, sink: (any BodySink)?) async throws(TransferError)
        -> HTTPResponse
    {
        let pending = Mutex<Exchange?>(nil)
        // The sink is used by the loop's thread until the answer is there, and by the caller only after that.
        let handedOver = HandedOver(sink: sink)
        let result: Result<HTTPResponse, TransferError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let exchange = Exchange(request: request, sink: handedOver.sink) {
                    continuation.resume(returning: $0)
                }
                pending.withLock { $0 = exchange }
                if Task.isCancelled { exchange.isCancelled.store(true, ordering: .releasing) }
                submit(exchange)
            }
        } onCancel: {
            pending.withLock { $0?.isCancelled.store(true, ordering: .releasing) }
            wake()
        }
        return try result.get()
    }

    private struct HandedOver: @unchecked Sendable {
        let sink: (any BodySink)?
    }

    /// Ends the thread after the requests under way; nobody may submit after it.
    func stop() {
        inbox.withLock { $0.isStopping = true }
        wake()
    }

    private func submit(_ exchange: Exchange) {
        inbox.withLock { $0.arrived.append(exchange) }
        wake()
    }

    private func wake() { unsafe _ = curl_multi_wakeup(multi.pointer) }

    private func run() {
        apus_block_sigpipe()
        var waiting: [Exchange] = []
        var active: [UnsafeMutableRawPointer: Exchange] = unsafe [:]
        var activePerHost: [String: Int] = [:]

        func end(_ easy: UnsafeMutableRawPointer) -> Exchange? {
            let exchange = unsafe active.removeValue(forKey: easy)
            if let exchange { activePerHost[exchange.hostKey, default: 1] -= 1 }
            unsafe _ = curl_multi_remove_handle(multi.pointer, easy)
            return exchange
        }

        while true {
            let isStopping = inbox.withLock { inbox in
                waiting += inbox.arrived
                inbox.arrived = []
                return inbox.isStopping
            }
            let cancelled = unsafe active.filter { unsafe $0.value.isCancelled.load(ordering: .acquiring) }
            for unsafe(easy, exchange) in unsafe cancelled {
                unsafe _ = end(easy)
                unsafe curl_easy_cleanup(easy)
                exchange.fail(.cancelled)
            }
            var remaining: [Exchange] = []
            for exchange in waiting {
                if exchange.isCancelled.load(ordering: .acquiring) {
                    exchange.fail(.cancelled)
                } else if unsafe active.count < requestCount,
                    activePerHost[exchange.hostKey, default: 0] < requestsPerHost
                {
                    do throws(TransferError) {
                        let easy = try unsafe exchange.makeHandle()
                        unsafe active[easy] = exchange
                        activePerHost[exchange.hostKey, default: 0] += 1
                        unsafe _ = curl_multi_add_handle(multi.pointer, easy)
                    } catch {
                        exchange.fail(error)
                    }
                } else {
                    remaining.append(exchange)
                }
            }
            waiting = remaining
            if isStopping, waiting.isEmpty, unsafe active.isEmpty { break }

            var running: Int32 = 0
            unsafe _ = curl_multi_perform(multi.pointer, &running)
            var easy: UnsafeMutableRawPointer?
            var result = CURLE_OK
            var hasFinished = false
            while unsafe apus_curl_multi_next_done(multi.pointer, &easy, &result) {
                guard let done = unsafe easy else { continue }
                hasFinished = true
                unsafe end(done)?.finish(done, result: result)
                unsafe curl_easy_cleanup(done)
            }
            activePerHost = activePerHost.filter { $0.value > 0 }
            // A finished request may have made room for one that waits: look before sleeping.
            if !hasFinished { unsafe _ = curl_multi_poll(multi.pointer, nil, 0, 60_000, nil) }
        }
        unsafe _ = curl_multi_cleanup(multi.pointer)
    }
}
