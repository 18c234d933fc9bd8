import Synchronization

/// Fills batches of one model from pictures of any job, and bounds how many batches exist.
///
/// A picture is announced (``expect(_:)``) when it is claimed. Then it either gets a slot, which is filled or
/// abandoned, or it is given up (``forget(_:)``). A batch is handed out, by whichever call settles it, when it is
/// full or when no announced picture is still on its way: so the last pictures of a job do not wait for others.
package final class BatchAssembler<Picture: Sendable>: Sendable {
    /// A place in a batch, reserved for one picture.
    package struct Slot: Sendable {
        let batch: OpenBatch<Picture>
        let index: Int

        /// Gives `body` the slot's zeroed or stale values to fill: `[C, H, W]` float32.
        ///
        /// - Throws: what `body` throws.
        package func fill<Failure: Error>(
            _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
        ) throws(Failure) {
            try unsafe body(batch.slot(index))
        }
    }

    private struct State {
        var free: [OpenBatch<Picture>]
        var open: OpenBatch<Picture>?
        var expected = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let clock = ContinuousClock()

    /// Makes an assembler of `batchCount` batches with `capacity` slots of `slotCount` values each.
    package init(capacity: Int, slotCount: Int, batchCount: Int) {
        precondition(capacity > 0 && batchCount > 0, "no room for a batch")
        let batches = (0..<batchCount).map { _ in
            OpenBatch<Picture>(capacity: capacity, slotCount: slotCount)
        }
        state = Mutex(State(free: batches))
    }

    /// Announces `count` pictures that are on their way.
    package func expect(_ count: Int) {
        state.withLock { $0.expected += count }
    }

    /// Gives up `count` announced pictures that have no slot.
    ///
    /// - Returns: a batch that waited for nothing else.
    package func forget(_ count: Int) -> OpenBatch<Picture>? {
        state.withLock { state in
            state.expected -= count
            return Self.sealIfNothingComes(&state)
        }
    }

    /// Reserves a slot for an announced picture; waits while all batches are full or run.
    package func reserve() async -> Slot {
        while true {
            let slot: Slot? = state.withLock { state in
                if state.open == nil { state.open = state.free.popLast() }
                guard let batch = state.open else { return nil }
                let slot = Slot(batch: batch, index: batch.occupants.count)
                batch.occupants.append(.reserved)
                batch.unsettled += 1
                state.expected -= 1
                if batch.occupants.count == batch.capacity || state.expected == 0 {
                    batch.isSealed = true
                    state.open = nil
                }
                return slot
            }
            if let slot { return slot }
            await withCheckedContinuation { continuation in
                let isFree = state.withLock { state in
                    guard state.free.isEmpty, state.open == nil else { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if isFree { continuation.resume() }
            }
        }
    }

    /// Puts `picture`, whose input was written, into its slot.
    ///
    /// - Returns: the batch if that made it ready to run.
    package func commit(_ slot: Slot, _ picture: Picture) -> OpenBatch<Picture>? {
        settle(slot, .picture(picture))
    }

    /// Leaves a slot empty whose picture could not be prepared.
    ///
    /// - Returns: the batch if that made it ready to run.
    package func abandon(_ slot: Slot) -> OpenBatch<Picture>? {
        settle(slot, .abandoned)
    }

    /// Takes the batch that is being filled although others are on their way, if it has waited since before `instant`.
    ///
    /// - Returns: the batch if it is ready to run; otherwise the call that settles its last slot returns it.
    package func sealIfOpened(before instant: ContinuousClock.Instant) -> OpenBatch<Picture>? {
        state.withLock { state in
            guard let batch = state.open, let opened = batch.opened, opened < instant else { return nil }
            return Self.seal(batch, &state)
        }
    }

    /// Takes a batch back that was run, for the next pictures.
    package func recycle(_ batch: OpenBatch<Picture>) {
        let next: [CheckedContinuation<Void, Never>] = state.withLock { state in
            Self.release(batch, &state)
        }
        for continuation in next { continuation.resume() }
    }

    private func settle(_ slot: Slot, _ occupant: OpenBatch<Picture>.Occupant) -> OpenBatch<Picture>? {
        let now = clock.now
        let outcome: (ready: OpenBatch<Picture>?, waiting: [CheckedContinuation<Void, Never>])
        outcome = state.withLock { state in
            let batch = slot.batch
            batch.occupants[slot.index] = occupant
            batch.unsettled -= 1
            if batch.opened == nil { batch.opened = now }
            guard batch.isSealed, batch.unsettled == 0 else { return (nil, []) }
            guard Self.holdsPicture(batch) else { return (nil, Self.release(batch, &state)) }
            return (batch, [])
        }
        for continuation in outcome.waiting { continuation.resume() }
        return outcome.ready
    }

    private static func sealIfNothingComes(_ state: inout State) -> OpenBatch<Picture>? {
        guard state.expected == 0, let batch = state.open else { return nil }
        return seal(batch, &state)
    }

    /// Ends the filling of `batch`.
    private static func seal(_ batch: OpenBatch<Picture>, _ state: inout State) -> OpenBatch<Picture>? {
        guard batch.unsettled > 0 || holdsPicture(batch) else {
            batch.reset()
            return nil
        }
        batch.isSealed = true
        state.open = nil
        return batch.unsettled == 0 ? batch : nil
    }

    private static func holdsPicture(_ batch: OpenBatch<Picture>) -> Bool {
        batch.occupants.contains { occupant in
            switch occupant {
            case .picture: true
            case .reserved, .abandoned: false
            }
        }
    }

    private static func release(
        _ batch: OpenBatch<Picture>,
        _ state: inout State
    ) -> [CheckedContinuation<Void, Never>] {
        batch.reset()
        state.free.append(batch)
        let waiting = state.waiting
        state.waiting = []
        return waiting
    }
}
