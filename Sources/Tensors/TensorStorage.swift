#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Immutable bytes that tensors share: an owned block, or a part of a file mapped into memory.
///
/// `@unchecked Sendable`: the bytes are written before the initialiser returns and never after it.
@safe public final class TensorStorage: @unchecked Sendable {
    private let owned: AlignedBuffer?
    private let mapping: UnsafeRawBufferPointer?
    private let bytes: UnsafeRawBufferPointer

    /// Allocates `byteCount` zeroed bytes and lets `initialize` fill them.
    ///
    /// - Throws: what `initialize` throws.
    public init<Failure: Error>(
        byteCount: Int,
        initialize: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let buffer = AlignedBuffer(byteCount: byteCount)
        try unsafe initialize(buffer.bytes)
        unsafe bytes = UnsafeRawBufferPointer(buffer.bytes)
        owned = consume buffer
        unsafe mapping = nil
    }

    /// Takes over a region from `mmap`; it is unmapped when the last tensor lets go of it.
    public init(unmapping region: UnsafeRawBufferPointer) {
        owned = nil
        unsafe mapping = region
        unsafe bytes = region
    }

    deinit {
        guard let base = unsafe mapping?.baseAddress, let count = unsafe mapping?.count else { return }
        _ = unsafe munmap(UnsafeMutableRawPointer(mutating: base), count)
    }

    /// Bytes in the storage.
    public var byteCount: Int { unsafe bytes.count }

    /// Gives `body` the bytes, valid during the call.
    ///
    /// - Throws: what `body` throws.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(bytes)
    }

    /// Tells the kernel that the pages of a mapping are not needed soon; they are read again on the next touch.
    ///
    /// Bytes that are not a mapping stay.
    public func releasePages() { releasePages(0..<byteCount) }

    /// The same for the pages that lie wholly inside `range` of the storage, in bytes.
    ///
    /// Precondition: the range lies inside the storage.
    public func releasePages(_ range: Range<Int>) {
        guard let base = unsafe mapping?.baseAddress else { return }
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "\(range) of \(byteCount) bytes")
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let first = (range.lowerBound + page - 1) / page * page
        // The last page of the file is whole.
        let end = range.upperBound == byteCount ? byteCount : range.upperBound / page * page
        guard first < end else { return }
        _ = unsafe madvise(UnsafeMutableRawPointer(mutating: base + first), end - first, MADV_DONTNEED)
    }
}
