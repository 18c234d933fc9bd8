import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// SIGINT and SIGTERM: the first asks for a graceful end, the second ends the process at once.
final class Signals: Sendable {
    private let first = Mutex<Int32?>(nil)
    private let sources = Mutex<[any DispatchSourceSignal]>([])
    private let queue = DispatchQueue(label: "apus.signals")

    /// The signal that asked for the end, if one did.
    var received: Int32? { first.withLock { $0 } }

    /// Begins to listen; `begin` is called once, on a thread of Dispatch's.
    func listen(_ begin: @escaping @Sendable (Int32) -> Void) {
        for number in [SIGINT, SIGTERM] {
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [self] in
                let isFirst = first.withLock { first in
                    guard first == nil else { return false }
                    first = number
                    return true
                }
                guard isFirst else { _exit(128 + number) }
                begin(number)
            }
            source.resume()
            sources.withLock { $0.append(source) }
        }
    }

    /// The exit status that the received signal means.
    var status: ExitStatus? {
        switch received {
        case nil: nil
        case SIGINT: .interrupted
        default: .terminated
        }
    }
}
