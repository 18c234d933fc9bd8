internal import Tensors

/// For each lane and segment the pictures that its steps' counts are set for.
///
/// Lanes write their own numbers at the same time, hence no array.
struct LanePictures: ~Copyable {
    private let segments: Int
    private let buffer: AlignedBuffer

    /// One picture everywhere.
    init(segments: Int, lanes: Int) {
        self.segments = segments
        buffer = AlignedBuffer(byteCount: segments * lanes * MemoryLayout<Int>.stride)
        let numbers = unsafe buffer.bytes.bindMemory(to: Int.self)
        unsafe numbers.update(repeating: 1)
    }

    /// Sets the number; returns whether it was another.
    func set(_ pictures: Int, lane: Int, segment: Int) -> Bool {
        let numbers = unsafe buffer.bytes.bindMemory(to: Int.self)
        let place = lane * segments + segment
        guard unsafe numbers[place] != pictures else { return false }
        unsafe numbers[place] = pictures
        return true
    }
}
