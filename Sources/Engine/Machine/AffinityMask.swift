internal import CIntrinsics

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A set of processors as the system takes it, of fixed size, so that it can be changed without allocating.
struct AffinityMask: Sendable {
    /// Linux runs on 8192 processors at most (`NR_CPUS`).
    static let processorCount = 8192

    /// Bit i of word w stands for processor 64 w + i.
    private var words = InlineArray<128, UInt64>(repeating: 0)

    /// Makes an empty mask.
    init() {}

    /// Makes the mask of `processors`, whose numbers are below ``processorCount``.
    init(_ processors: ProcessorSet) {
        for number in processors.numbers { words[number / 64] |= 1 << UInt64(number % 64) }
    }

    /// Takes the calling thread's mask.
    ///
    /// - Returns: 0 or the system's error.
    mutating func load() -> Int32 {
        unsafe withUnsafeMutablePointer(to: &words) { pointer in
            let words = unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt64.self)
            return unsafe apus_get_affinity(words, 128)
        }
    }

    /// Makes this the mask of the thread with the kernel's number `thread`, 0 for the calling one.
    ///
    /// - Returns: 0 or the system's error.
    @discardableResult func store(thread: Int32 = 0) -> Int32 {
        unsafe withUnsafePointer(to: words) { pointer in
            let words = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: UInt64.self)
            return unsafe apus_set_affinity(thread, words, 128)
        }
    }

    /// Makes this the mask of another thread of this process.
    ///
    /// - Returns: 0 or the system's error.
    func store(handle: pthread_t) -> Int32 {
        unsafe withUnsafePointer(to: words) { pointer in
            let words = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: UInt64.self)
            return unsafe apus_set_thread_affinity(handle, words, 128)
        }
    }

    /// The processors.
    var processors: ProcessorSet {
        ProcessorSet((0..<Self.processorCount).filter { words[$0 / 64] >> UInt64($0 % 64) & 1 == 1 })
    }
}
