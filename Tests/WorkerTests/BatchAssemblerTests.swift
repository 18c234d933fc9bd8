import Testing
import Worker

@Suite("Batch assembler")
struct BatchAssemblerTests {
    private func assembler(capacity: Int = 4, batchCount: Int = 2) -> BatchAssembler<Int> {
        BatchAssembler(capacity: capacity, slotCount: 2, batchCount: batchCount)
    }

    private func put(_ picture: Int, into assembler: BatchAssembler<Int>) async -> OpenBatch<Int>? {
        let slot = await assembler.reserve()
        unsafe slot.fill { values in
            unsafe values[0] = Float(picture)
            unsafe values[1] = -Float(picture)
        }
        return assembler.commit(slot, picture)
    }

    private func inputs(of batch: OpenBatch<Int>, count: Int) -> [Float] {
        unsafe Array(batch.input.prefix(count * 2))
    }

    @Test("Pictures of two chunks share a batch")
    func chunksShareABatch() async throws {
        let assembler = assembler()
        assembler.expect(3)
        assembler.expect(3)
        var ready: [OpenBatch<Int>] = []
        for picture in 1...6 {
            if let batch = await put(picture, into: assembler) { ready.append(batch) }
        }
        try #require(ready.count == 2)
        #expect(ready[0].compact() == [1, 2, 3, 4])
        #expect(ready[1].compact() == [5, 6])
        #expect(inputs(of: ready[1], count: 2) == [5, -5, 6, -6])
    }

    @Test("A batch that nothing more comes for does not wait")
    func lastPictureOfAllSealsTheBatch() async throws {
        let assembler = assembler()
        assembler.expect(2)
        #expect(await put(1, into: assembler) == nil)
        let batch = try #require(assembler.forget(1))
        #expect(batch.compact() == [1])
    }

    @Test("A hole is closed by the last picture")
    func holesAreClosed() async throws {
        let assembler = assembler()
        assembler.expect(4)
        let first = await assembler.reserve()
        #expect(assembler.abandon(first) == nil)
        #expect(await put(2, into: assembler) == nil)
        #expect(await put(3, into: assembler) == nil)
        let batch = try #require(await put(4, into: assembler))
        #expect(batch.compact() == [2, 3, 4])
        #expect(inputs(of: batch, count: 3) == [2, -2, 3, -3, 4, -4])
    }

    @Test("A batch of abandoned slots alone is never run and its room comes back")
    func abandonedBatchIsReleased() async throws {
        let assembler = assembler(capacity: 2, batchCount: 1)
        assembler.expect(4)
        #expect(assembler.abandon(await assembler.reserve()) == nil)
        #expect(assembler.abandon(await assembler.reserve()) == nil)
        #expect(await put(3, into: assembler) == nil)
        let batch = try #require(await put(4, into: assembler))
        #expect(batch.compact() == [3, 4])
    }

    @Test("With all batches taken a reservation waits for the one that is run")
    func reservationWaitsForRoom() async throws {
        let assembler = assembler(capacity: 1, batchCount: 1)
        assembler.expect(2)
        let first = try #require(await put(1, into: assembler))
        async let second = put(2, into: assembler)
        #expect(first.compact() == [1])
        assembler.recycle(first)
        let batch = try #require(await second)
        #expect(batch.compact() == [2])
    }

    @Test("A batch that has waited long enough goes without the pictures that are late")
    func staleBatchIsSealed() async throws {
        let assembler = assembler()
        assembler.expect(3)
        #expect(await put(1, into: assembler) == nil)
        let now = ContinuousClock.now
        #expect(assembler.sealIfOpened(before: now - .seconds(60)) == nil)
        let batch = try #require(assembler.sealIfOpened(before: now + .seconds(60)))
        #expect(batch.compact() == [1])
        #expect(await put(2, into: assembler) == nil)
        #expect(await put(3, into: assembler)?.compact() == [2, 3])
    }
}
