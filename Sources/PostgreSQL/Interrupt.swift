import CLibPQ
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Wakes a session's thread out of its wait when the task whose statement runs there is cancelled.
final class Interrupt: Sendable {
    private struct State {
        var lastToken: UInt64 = 0
        var current: UInt64?
        var isRequested = false
    }

    private let state = Mutex(State())
    /// An eventfd, readable while a request stands.
    let descriptor: Int32

    init() {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Names one piece of work.
    func makeToken() -> UInt64 {
        state.withLock {
            $0.lastToken += 1
            return $0.lastToken
        }
    }

    /// Says that the thread now does the work of `token`.
    func enter(_ token: UInt64) {
        state.withLock {
            $0.current = token
            $0.isRequested = false
        }
    }

    /// Says that the work is over and forgets a request for it.
    func leave() {
        state.withLock {
            $0.current = nil
            $0.isRequested = false
            var count: UInt64 = 0
            _ = unsafe read(descriptor, &count, 8)
        }
    }

    /// Asks for an end of the work of `token`; without effect unless the thread is doing it.
    func request(_ token: UInt64) {
        state.withLock {
            guard $0.current == token else { return }
            $0.isRequested = true
            var count: UInt64 = 1
            _ = unsafe write(descriptor, &count, 8)
        }
    }

    /// Whether the current work is to end.
    var isRequested: Bool { state.withLock { $0.isRequested } }
}
