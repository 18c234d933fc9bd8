import Synchronization
import Tensors

/// Room for the inputs of one batch, filled slot by slot: `[capacity, C, H, W]` float32, row-major.
///
/// `@unchecked Sendable` and `@safe`: each slot is reserved for one writer, and the batch is read only when every
/// reserved slot is settled; both are counted under the assembler's lock, which orders the accesses.
@safe package final class OpenBatch<Picture: Sendable>: @unchecked Sendable {
    /// What is in a slot.
    enum Occupant {
        /// A decoder writes into it.
        case reserved
        /// It holds this picture's input.
        case picture(Picture)
        /// Its picture could not be prepared.
        case abandoned
    }

    /// Slots that it has.
    let capacity: Int
    /// Float32 values of one slot.
    let slotCount: Int
    private let memory: AlignedBuffer

    /// The reserved slots in order; guarded by the assembler.
    var occupants: [Occupant] = []
    /// Slots that are reserved and neither filled nor abandoned; guarded by the assembler.
    var unsettled = 0
    /// Whether no further slot is given out; guarded by the assembler.
    var isSealed = false
    /// When the first picture was put in; guarded by the assembler.
    var opened: ContinuousClock.Instant?

    init(capacity: Int, slotCount: Int) {
        self.capacity = capacity
        self.slotCount = slotCount
        memory = AlignedBuffer(byteCount: capacity * slotCount * MemoryLayout<Float>.stride)
    }

    /// All values, slot after slot.
    private var values: UnsafeMutableBufferPointer<Float> {
        unsafe memory.bytes.bindMemory(to: Float.self)
    }

    /// The values of the slot at `index`: only for the one that reserved it.
    func slot(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
        unsafe UnsafeMutableBufferPointer(rebasing: values[index * slotCount..<(index + 1) * slotCount])
    }

    /// Where the first slot's values start: only for the one that runs the batch.
    package var input: UnsafeMutableBufferPointer<Float> { unsafe values }

    /// Moves pictures from the end into abandoned slots, so that the first slots hold all pictures.
    ///
    /// - Returns: the pictures in the order of their slots.
    package func compact() -> [Picture] {
        var places: [(slot: Int, picture: Picture)] = []
        for (index, occupant) in occupants.enumerated() {
            switch occupant {
            case .picture(let picture): places.append((index, picture))
            case .abandoned: continue
            case .reserved: preconditionFailure("a batch runs only when all its slots are settled")
            }
        }
        for (target, place) in places.enumerated() where place.slot != target {
            _ = unsafe slot(target).update(fromContentsOf: slot(place.slot))
        }
        return places.map(\.picture)
    }

    /// Makes the room empty for the next batch.
    func reset() {
        occupants.removeAll(keepingCapacity: true)
        unsettled = 0
        isSealed = false
        opened = nil
    }
}
