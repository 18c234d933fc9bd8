package import Tensors

extension NumpyArray {
    /// A whole `.npy` file, version 1.0, of float32 `values`: little-endian, row-major `shape`.
    ///
    /// Precondition: as many values as the shape has places.
    ///
    /// Source: numpy/lib/format.py.
    package static func encoded(shape: [Int], values: [Float]) -> TensorStorage {
        precondition(Shape(shape).count == values.count, "\(values.count) values are not of shape \(shape)")
        let extents = shape.map { "\($0)," }.joined(separator: " ")
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents)), }"
        // The values begin at a multiple of 64 bytes.
        let padding = 64 - (10 + header.utf8.count + 1) % 64
        header += String(repeating: " ", count: padding % 64) + "\n"
        let count = UInt16(header.utf8.count)
        let head = magic + [1, 0, UInt8(count & 255), UInt8(count >> 8)] + Array(header.utf8)
        return unsafe TensorStorage(
            byteCount: head.count + values.count * MemoryLayout<Float>.stride
        ) { buffer in
            unsafe buffer.copyBytes(from: head)
            for (index, value) in values.enumerated() {
                unsafe buffer.storeBytes(
                    of: value.bitPattern.littleEndian,
                    toByteOffset: head.count + index * MemoryLayout<Float>.stride,
                    as: UInt32.self
                )
            }
        }
    }
}
