import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// SIGINT and SIGTERM: the first asks for a graceful end, the second ends the process at once.
///
/// `@unchecked Sendable`: `sources` is written by ``listen(_:)`` alone, which is called once, and never read.
final class Signals: @unchecked Sendable {
    private let first = Mutex<Int32?>(nil)
    /// Held, since a source that is let go of hears nothing.
    private var sources: [any DispatchSourceSignal] = []
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
            sources.append(source)
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
