/// Scratch memory for sixteen columns of sixteen rows, turned so that a column's floats are the lanes of a vector.
@safe struct LaneTile {
    /// Floats of one tile.
    static let floatCount = 256

    /// `[column][row]`, aligned to 64 bytes; room for as many tiles as the caller has taken.
    let floats: UnsafeMutablePointer<Float>

    /// Works in `bytes`, which the caller keeps.
    init(_ bytes: UnsafeMutableRawBufferPointer) {
        guard let base = bytes.baseAddress else { preconditionFailure("scratch memory has an address") }
        unsafe floats = base.assumingMemoryBound(to: Float.self)
    }

    /// Sixteen factors from any address; ones where there are none.
    @inline(__always)
    static func factors(_ scales: UnsafePointer<Float>?) -> SIMD16<Float> {
        guard let scales = unsafe scales else { return SIMD16(repeating: 1) }
        return unsafe UnsafeRawPointer(scales).loadUnaligned(as: SIMD16<Float>.self)
    }

    /// Fills columns `0 ..< columns` from `lanes` rows that are `stride` floats apart; further lanes are zero.
    @inline(__always)
    func turn(_ rows: UnsafePointer<Float>, stride: Int, lanes: Int, columns: Int) {
        var column = 0
        if lanes == 16 {
            while column + 16 <= columns {
                unsafe turnWhole(rows + column, stride, into: floats + column * 16)
                column += 16
            }
        }
        while column < columns {
            for lane in 0..<16 {
                unsafe floats[column * 16 + lane] = lane < lanes ? rows[lane * stride + column] : 0
            }
            column += 1
        }
    }

    /// Sixteen by sixteen floats, four by four at a time.
    @inline(__always)
    private func turnWhole(
        _ rows: UnsafePointer<Float>,
        _ stride: Int,
        into target: UnsafeMutablePointer<Float>
    ) {
        for row in Swift.stride(from: 0, to: 16, by: 4) {
            for column in Swift.stride(from: 0, to: 16, by: 4) {
                let source = unsafe UnsafeRawPointer(rows + row * stride + column)
                let a = unsafe source.loadUnaligned(as: SIMD4<Float>.self)
                let b = unsafe source.loadUnaligned(fromByteOffset: stride * 4, as: SIMD4<Float>.self)
                let c = unsafe source.loadUnaligned(fromByteOffset: stride * 8, as: SIMD4<Float>.self)
                let d = unsafe source.loadUnaligned(fromByteOffset: stride * 12, as: SIMD4<Float>.self)
                let place = unsafe UnsafeMutableRawPointer(target + column * 16 + row)
                unsafe place.storeBytes(of: SIMD4(a[0], b[0], c[0], d[0]), as: SIMD4<Float>.self)
                unsafe place.storeBytes(
                    of: SIMD4(a[1], b[1], c[1], d[1]),
                    toByteOffset: 64,
                    as: SIMD4<Float>.self
                )
                unsafe place.storeBytes(
                    of: SIMD4(a[2], b[2], c[2], d[2]),
                    toByteOffset: 128,
                    as: SIMD4<Float>.self
                )
                unsafe place.storeBytes(
                    of: SIMD4(a[3], b[3], c[3], d[3]),
                    toByteOffset: 192,
                    as: SIMD4<Float>.self
                )
            }
        }
    }

    /// Puts a column, each lane times its factor, at `target`.
    @inline(__always)
    func store(_ column: Int, times factors: SIMD16<Float>, at target: UnsafeMutablePointer<Float>) {
        let lanes = unsafe UnsafeRawPointer(floats + column * 16).load(as: SIMD16<Float>.self)
        unsafe UnsafeMutableRawPointer(target).storeBytes(of: lanes * factors, as: SIMD16<Float>.self)
    }
}
