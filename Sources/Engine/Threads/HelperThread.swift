#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One thread of a pool, which serves a board until that stops.
struct HelperThread: Sendable {
    private let handle: pthread_t

    /// What the thread gets: it owns this until it ends.
    private final class Launch: Sendable {
        let name: String
        let index: Int
        let board: JobBoard

        init(name: String, index: Int, board: JobBoard) {
            self.name = name
            self.index = index
            self.board = board
        }
    }

    /// Starts the thread, bound to `processor` if that is given.
    ///
    /// - Throws: `threadCreation`; `affinity` where the processor is refused: the board has been stopped then.
    init(name: String, index: Int, board: JobBoard, processor: Int?) throws(EngineError) {
        let launch = unsafe Unmanaged.passRetained(Launch(name: name, index: index, board: board))
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let launch = unsafe Unmanaged<Launch>.fromOpaque(argument).takeRetainedValue()
                SystemFile.nameThread(launch.name)
                launch.board.serve(thread: launch.index)
                return nil
            },
            launch.toOpaque()
        )
        guard status == 0 else {
            unsafe launch.release()
            throw EngineError(
                code: .threadCreation,
                message: "the system refused thread \(index) (error \(status)): ask for fewer threads"
            )
        }
        handle = thread
        guard let processor else { return }
        let place = ProcessorSet([processor])
        let refused = AffinityMask(place).store(handle: thread)
        guard refused == 0 else {
            board.stop()
            join()
            throw place.refusal(refused)
        }
    }

    /// Waits for the thread's end, once.
    func join() {
        _ = pthread_join(handle, nil)
    }
}
