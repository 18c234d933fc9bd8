internal import CIntrinsics

/// Sixteen floats: the lanes of a channel block.
///
/// The compiler makes of it what the instruction set has.
typealias Vector = SIMD16<Float>

/// Floats that a kernel reads.
///
/// `@safe` inside these modules: an entry point is called as unsafe and vouches for every address that follows
/// from its arguments, so that the loops may read like arithmetic.
@safe struct Source: BitwiseCopyable {
    let base: UnsafePointer<Float>

    @inline(__always) init(_ base: UnsafePointer<Float>) { unsafe self.base = base }

    @inline(__always) static func + (source: Source, offset: Int) -> Source {
        unsafe Source(source.base + offset)
    }

    @inline(__always) subscript(offset: Int) -> Float { unsafe base[offset] }

    /// Sixteen floats from `offset` on.
    @inline(__always) func vector(_ offset: Int) -> Vector { unsafe apus_load(base + offset) }

    /// `count` floats, 0...16, from `offset` on, then zeros.
    @inline(__always) func vector(_ offset: Int, count: Int) -> Vector {
        count >= 16 ? vector(offset) : unsafe apus_load_first(base + offset, count)
    }

    @inline(__always) func prefetch(_ offset: Int) { unsafe apus_prefetch(base + offset) }

    /// Asks for a line in the second-level cache.
    @inline(__always) func prefetchToSecondLevel(_ offset: Int) {
        unsafe apus_prefetch_second_level(base + offset)
    }
}

/// Floats that a kernel writes, and may read.
///
/// See ``Source``.
@safe struct Target: BitwiseCopyable {
    let base: UnsafeMutablePointer<Float>

    @inline(__always) init(_ base: UnsafeMutablePointer<Float>) { unsafe self.base = base }

    @inline(__always) static func + (target: Target, offset: Int) -> Target {
        unsafe Target(target.base + offset)
    }

    @inline(__always) subscript(offset: Int) -> Float {
        get { unsafe base[offset] }
        nonmutating set { unsafe base[offset] = newValue }
    }

    /// The same floats for reading.
    @inline(__always) var source: Source { unsafe Source(UnsafePointer(base)) }

    /// Sixteen floats from `offset` on.
    @inline(__always) func vector(_ offset: Int) -> Vector { unsafe apus_load(base + offset) }

    @inline(__always) func store(_ vector: Vector, _ offset: Int) { unsafe apus_store(base + offset, vector) }

    /// Stores the first `count` lanes, 0...16.
    @inline(__always) func store(_ vector: Vector, _ offset: Int, count: Int) {
        if count >= 16 {
            store(vector, offset)
        } else {
            unsafe apus_store_first(base + offset, vector, count)
        }
    }
}

/// `a * b + c`, fused where the instruction set can.
@inline(__always) func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector { apus_fma(a, b, c) }

/// `a * b + c` with one float b.
@inline(__always) func multiplyAdd(_ a: Vector, _ b: Float, _ c: Vector) -> Vector {
    apus_fma_scalar(a, b, c)
}

/// Zeros.
@inline(__always) var zeroVector: Vector { Vector(repeating: 0) }

/// `value` in all lanes.
@inline(__always) func splat(_ value: Float) -> Vector { Vector(repeating: value) }

/// The sum of the lanes, in an order that all instruction sets share: halves are added to halves.
@inline(__always) func laneSum(_ x: Vector) -> Float {
    let eight = x.lowHalf + x.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
}

/// The arguments of a kernel.
@inline(__always) func load<Arguments>(_ arguments: UnsafeRawPointer, _ type: Arguments.Type) -> Arguments {
    unsafe arguments.load(as: type)
}

/// A value of zero bits, of at most 28 vectors.
@inline(__always) func zeroed<Value: BitwiseCopyable>(_ type: Value.Type) -> Value {
    unsafe apus_zeros().load(as: type)
}
