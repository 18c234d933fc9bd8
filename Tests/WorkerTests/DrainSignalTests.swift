import Testing
import Worker

@Suite("Drain signal")
struct DrainSignalTests {
    @Test("Whoever waits hears it, and whoever asks later")
    func waitersHearIt() async {
        let signal = DrainSignal()
        async let first: Void = signal.wait()
        async let second: Void = signal.wait()
        signal.give()
        _ = await (first, second)
        await signal.wait()
        #expect(signal.isGiven)
    }

    @Test("A wait ends at its time or with its task")
    func waitsEnd() async {
        let signal = DrainSignal()
        #expect(await !signal.wait(atMost: .milliseconds(1)))
        let task = Task { await signal.wait() }
        task.cancel()
        await task.value
        #expect(!signal.isGiven)
    }

    @Test("It cuts work off that would wait for long")
    func cutsWorkOff() async throws {
        let signal = DrainSignal()
        let work = Task { try await signal.cancelling { try await Task.sleep(for: .seconds(3600)) } }
        signal.give()
        try await work.value
    }

    @Test("Errors of the work come through")
    func errorsComeThrough() async throws {
        struct Broken: Error {}
        let signal = DrainSignal()
        await #expect(throws: Broken.self) { try await signal.cancelling { throw Broken() } }
    }
}
