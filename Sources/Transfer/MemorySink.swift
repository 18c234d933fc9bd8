/// Collects a body in memory.
final class MemorySink: BodySink {
    private(set) var bytes: [UInt8] = []

    func begin(byteCount: Int?) throws(TransferError) {
        // What a server announces is not believed for more than this before the bytes are there.
        bytes.reserveCapacity(min(byteCount ?? 0, 16 << 20))
    }

    func receive(_ bytes: UnsafeRawBufferPointer) throws(TransferError) {
        unsafe self.bytes.append(contentsOf: bytes)
    }
}
