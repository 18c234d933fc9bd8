import CPoison
import Glibc
import Testing

/// Floats between two guard regions of NaN, none of which a kernel may write, and whose values must not leak.
///
/// Under AddressSanitizer a kernel may not even read the guards.
@safe final class GuardedFloats {
    static let guardCount = 64
    let count: Int
    private let base: UnsafeMutablePointer<Float>

    /// `count` floats, NaN each, aligned to 64 bytes.
    init(count: Int) {
        self.count = count
        var raw: UnsafeMutableRawPointer?
        let total = count + 2 * Self.guardCount
        guard unsafe posix_memalign(&raw, 64, total * 4) == 0, let raw = unsafe raw else {
            preconditionFailure("out of memory")
        }
        unsafe base = raw.bindMemory(to: Float.self, capacity: total)
        for index in 0..<total { unsafe base[index] = Float(bitPattern: Self.pattern) }
        forbidGuards()
    }

    convenience init(_ values: [Float]) {
        self.init(count: values.count)
        for (index, value) in values.enumerated() { self[index] = value }
    }

    deinit {
        allowGuards()
        unsafe free(base)
    }

    private static let guardByteCount = guardCount * MemoryLayout<Float>.stride

    private func forbidGuards() {
        unsafe apus_poison(base, Self.guardByteCount)
        unsafe apus_poison(base + Self.guardCount + count, Self.guardByteCount)
    }

    private func allowGuards() {
        unsafe apus_unpoison(base, Self.guardByteCount)
        unsafe apus_unpoison(base + Self.guardCount + count, Self.guardByteCount)
    }

    /// A NaN with a payload, so that a NaN that arithmetic made is not taken for it.
    private static let pattern: UInt32 = 0x7FC5_A5A5

    var pointer: UnsafeMutablePointer<Float> { unsafe base + Self.guardCount }
    var source: UnsafePointer<Float> { unsafe UnsafePointer(pointer) }

    subscript(index: Int) -> Float {
        get { unsafe pointer[index] }
        set { unsafe pointer[index] = newValue }
    }

    var values: [Float] { (0..<count).map { self[$0] } }
    var bits: [UInt32] { (0..<count).map { self[$0].bitPattern } }

    /// Whether nothing was written outside.
    var guardsAreIntact: Bool {
        allowGuards()
        defer { forbidGuards() }
        return (0..<Self.guardCount).allSatisfy {
            unsafe base[$0].bitPattern == Self.pattern
                && base[Self.guardCount + count + $0].bitPattern == Self.pattern
        }
    }

    /// Whether the float was never written.
    func isUntouched(_ index: Int) -> Bool { self[index].bitPattern == Self.pattern }

    func reset() { for index in 0..<count { self[index] = Float(bitPattern: Self.pattern) } }
}

/// Numbers in [-1, 1) that depend on the seed alone.
struct Numbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> Float {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return Float(Int64(z >> 40) - 8_388_608) / 8_388_608
    }

    mutating func array(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }
}
