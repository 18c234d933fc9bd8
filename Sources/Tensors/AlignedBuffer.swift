#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A block of zeroed memory, aligned for vectors, freed with its owner.
///
/// `@unchecked Sendable` and `@safe`: it alone owns the memory; what is unsafe is to use ``bytes``, which says so.
/// Blocks of 2 MiB and more are aligned to 2 MiB, advised to use huge pages, and mapped afresh: the system gives each
/// page zeroed on its first touch, to the thread that touches it, and what is never touched takes no memory.
@safe public struct AlignedBuffer: ~Copyable, @unchecked Sendable {
    /// The bytes.
    ///
    /// Valid while the buffer lives.
    public let bytes: UnsafeMutableRawBufferPointer

    private static let hugePage = 1 << 21

    /// Allocates `byteCount` zeroed bytes, aligned to 64 bytes at least.
    ///
    /// Precondition: `byteCount` is not negative and the machine has the memory; sizes that come from a
    /// file or a user are to be checked against a limit before.
    public init(byteCount: Int) {
        precondition(byteCount >= 0, "a buffer of \(byteCount) bytes")
        let base = unsafe byteCount >= Self.hugePage ? Self.map(byteCount) : Self.allocate(byteCount)
        unsafe bytes = UnsafeMutableRawBufferPointer(start: base, count: byteCount)
    }

    deinit {
        guard unsafe bytes.count >= Self.hugePage else {
            unsafe free(bytes.baseAddress)
            return
        }
        _ = unsafe munmap(bytes.baseAddress, Self.mappedByteCount(bytes.count))
    }

    private static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let rounded = (max(byteCount, 1) + 63) / 64 * 64
        var pointer: UnsafeMutableRawPointer?
        let status = unsafe posix_memalign(&pointer, 64, rounded)
        guard status == 0, let pointer = unsafe pointer else {
            preconditionFailure("out of memory: \(rounded) bytes asked")
        }
        unsafe memset(pointer, 0, rounded)
        return unsafe pointer
    }

    /// Bytes of the mapping of a large block: whole huge pages.
    private static func mappedByteCount(_ byteCount: Int) -> Int {
        (byteCount + hugePage - 1) / hugePage * hugePage
    }

    /// Maps a huge page more than is needed and gives back what lies before and behind the aligned part.
    private static func map(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let wanted = mappedByteCount(byteCount)
        let start = unsafe mmap(
            nil,
            wanted + hugePage,
            PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS,
            -1,
            0
        )
        guard let start = unsafe start, unsafe start != MAP_FAILED else {
            preconditionFailure("out of memory: \(wanted) bytes asked")
        }
        let before = (hugePage - Int(bitPattern: start) % hugePage) % hugePage
        let base = unsafe start + before
        if before > 0 { _ = unsafe munmap(start, before) }
        if before < hugePage { _ = unsafe munmap(base + wanted, hugePage - before) }
        _ = unsafe madvise(base, wanted, MADV_HUGEPAGE)
        return unsafe base
    }
}
