import Synchronization
import Testing
import Worker

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("Thread executor")
struct ThreadExecutorTests {
    /// The name of the thread that runs it.
    private nonisolated func threadName() async -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        let descriptor = unsafe open("/proc/thread-self/comm", O_RDONLY | O_CLOEXEC)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        close(descriptor)
        return String(decoding: bytes.prefix(max(count - 1, 0)), as: UTF8.self)
    }

    @Test("Work that prefers it runs on its threads, also after a suspension")
    func workRunsOnItsThreads() async throws {
        let executor = try ThreadExecutor(name: "apus-test", threadCount: 2)
        defer { executor.shutDown() }
        let names = await withTaskExecutorPreference(executor) {
            let before = await threadName()
            await Task.yield()
            return [before, await threadName()]
        }
        #expect(names == ["apus-test", "apus-test"])
    }

    @Test("Many jobs on few threads all run")
    func manyJobs() async throws {
        let executor = try ThreadExecutor(name: "apus-test", threadCount: 3)
        defer { executor.shutDown() }
        let sum = Sum()
        await withTaskGroup(of: Void.self) { group in
            for number in 1...5000 {
                group.addTask(executorPreference: executor) { sum.add(number) }
            }
        }
        #expect(sum.value == 5000 * 5001 / 2)
    }
}

private final class Sum: Sendable {
    private let total = Mutex(0)

    var value: Int { total.withLock { $0 } }

    func add(_ number: Int) {
        total.withLock { $0 += number }
    }
}
