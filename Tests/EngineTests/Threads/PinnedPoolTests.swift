import Engine
import Graph
import Synchronization
import Testing

/// Where each thread of a job found itself; a task waits for all others, so that each has a thread of its own.
@safe private final class Rendezvous: Sendable {
    let arrived = Atomic<Int>(0)
    let masks = Mutex<[Int: [Int]]>([:])
    let count: Int

    init(count: Int) { self.count = count }

    static let body: ThreadPool.Body = { context, _, _, thread in
        let meeting = unsafe Unmanaged<Rendezvous>.fromOpaque(context).takeUnretainedValue()
        let numbers = (try? ProcessorSet.current().numbers) ?? []
        meeting.masks.withLock { $0[thread] = numbers }
        meeting.arrived.add(1, ordering: .sequentiallyConsistent)
        while meeting.arrived.load(ordering: .sequentiallyConsistent) < meeting.count {}
    }
}

struct PinnedPoolTests {
    @Test func helpersStayOnTheirProcessors() throws {
        let processors = try ProcessorSet.current()
        let count = min(processors.numbers.count, 3)
        let pool = try ThreadPool(count: count, pinnedTo: processors)
        let meeting = Rendezvous(count: count)
        unsafe pool.run(
            tasks: count,
            context: Unmanaged.passUnretained(meeting).toOpaque(),
            body: Rendezvous.body
        )
        let masks = meeting.masks.withLock { $0 }
        #expect(masks.count == count)
        for thread in 1..<max(count, 1) { #expect(masks[thread] == [processors.numbers[thread]]) }
        // Outside of a model's run the caller is free.
        #expect(masks[0] == processors.numbers)
    }

    @Test func aPinnedCallerIsFreeAgainAfterwards() throws {
        let before = try ProcessorSet.current()
        let pool = try ThreadPool(count: 1, pinnedTo: before)
        let pinned = try pool.withPinnedCaller { () throws(EngineError) in try ProcessorSet.current() }
        #expect(pinned.numbers == [before.numbers[0]])
        #expect(try ProcessorSet.current() == before)
    }

    @Test func aPoolWithoutProcessorsPinsNobody() throws {
        let before = try ProcessorSet.current()
        let pool = try ThreadPool(count: 1)
        let during = try pool.withPinnedCaller { () throws(EngineError) in try ProcessorSet.current() }
        #expect(during == before)
    }

    @Test func moreThreadsThanProcessorsAreRefused() throws {
        let error = #expect(throws: EngineError.self) {
            try ThreadPool(count: 3, pinnedTo: ProcessorSet([0, 1]))
        }
        #expect(error?.code == .invalidOption)
        #expect(
            error?.message == "3 threads cannot be pinned to processors 0-1, one each: "
                + "ask for 2 at most, or do not pin them"
        )
    }

    @Test func aProcessorThatIsNotThereIsRefused() throws {
        let missing = try (ProcessorSet.current().numbers.max() ?? 0) + 4000
        let error = #expect(throws: EngineError.self) {
            try ThreadPool(count: 2, pinnedTo: ProcessorSet([0, missing]))
        }
        #expect(error?.code == .affinity)
        #expect(error?.message.contains("processor \(missing)") ?? false)
    }
}
