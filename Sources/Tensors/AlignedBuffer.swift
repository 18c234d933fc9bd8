#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A block of zeroed memory, aligned for vectors, freed with its owner.
///
/// `@unchecked Sendable` and `@safe`: it alone owns the memory; what is unsafe is to use ``bytes``, which says so.
/// Blocks of 2 MiB and more are aligned to 2 MiB and advised to use huge pages.
@safe public struct AlignedBuffer: ~Copyable, @unchecked Sendable {
    /// The bytes.
    ///
    /// Valid while the buffer lives.
    public let bytes: UnsafeMutableRawBufferPointer

    /// Allocates `byteCount` zeroed bytes, aligned to 64 bytes at least.
    ///
    /// Precondition: `byteCount` is not negative and the machine has the memory; sizes that come from a
    /// file or a user are to be checked against a limit before.
    public init(byteCount: Int) {
        precondition(byteCount >= 0, "a buffer of \(byteCount) bytes")
        let hugePage = 1 << 21
        let alignment = byteCount >= hugePage ? hugePage : 64
        let rounded = (max(byteCount, 1) + alignment - 1) / alignment * alignment
        var pointer: UnsafeMutableRawPointer?
        let status = unsafe posix_memalign(&pointer, alignment, rounded)
        guard status == 0, let pointer = unsafe pointer else {
            preconditionFailure("out of memory: \(rounded) bytes asked")
        }
        if alignment == hugePage { _ = unsafe madvise(pointer, rounded, MADV_HUGEPAGE) }
        unsafe memset(pointer, 0, rounded)
        unsafe bytes = UnsafeMutableRawBufferPointer(start: pointer, count: byteCount)
    }

    deinit { unsafe free(bytes.baseAddress) }
}
