internal import Tensors

/// A dense array inside a file's bytes: the common ground of `.npy` and `.safetensors`.
struct RawArray {
    /// The format's name, for messages.
    var format: String
    var dtype: DType
    var isBigEndian: Bool
    var isFortranOrder: Bool
    var shape: [Int]

    /// The picture of the elements that `bytes` begin with.
    ///
    /// Integers of 8 and 16 bits are scaled by preprocessing as pictures are; wider ones and booleans are taken as
    /// the numbers they are.
    /// - Throws: `truncated`, `limitExceeded`, or `unsupported` for a shape that is no picture.
    func picture(
        of bytes: UnsafeRawBufferPointer,
        limits: DecodeLimits,
        interpretation: ArrayInterpretation
    ) throws(ImageError) -> DecodedPicture {
        let axes = try axes(interpretation)
        let isByte = dtype == .uint8
        try limits.check(
            format: format,
            width: axes.width,
            height: axes.height,
            bands: axes.bands,
            bytesPerPixel: axes.bands * (isByte ? 1 : 4)
        )
        let count = axes.bands * axes.height * axes.width
        guard count <= bytes.count / dtype.byteCount else {
            throw ImageError(
                code: .truncated,
                message:
                    "\(format): shape \(Shape(shape)) of \(dtype) needs \(count * dtype.byteCount) bytes, "
                    + "the file has \(bytes.count); it is cut off"
            )
        }
        let samples: DecodedPicture.Samples =
            isByte
            ? unsafe .bytePlanes(gather(bytes, axes, as: UInt8.self) { $0 })
            : unsafe .floatPlanes(floats(bytes, axes), fullScale: fullScale)
        return DecodedPicture(
            width: axes.width,
            height: axes.height,
            mode: .array(bands: axes.bands),
            samples: samples
        )
    }

    private var fullScale: Float {
        switch dtype {
        case .int8, .uint8: 255
        case .int16, .uint16: 65535
        case .float64, .float32, .float16, .bfloat16, .int64, .int32, .bool, .uint32, .uint64: 1
        }
    }

    /// Extents and strides, in elements, of bands, rows and columns.
    private struct Axes {
        var bands: Int
        var height: Int
        var width: Int
        var strides: (band: Int, row: Int, column: Int)
    }

    private func axes(_ interpretation: ArrayInterpretation) throws(ImageError) -> Axes {
        guard shape.count == 2 || shape.count == 3 else {
            throw ImageError(
                code: .unsupported,
                message:
                    "\(format): an array of shape \(Shape(shape)); a picture has [H, W], [C, H, W] or [H, W, C]"
            )
        }
        guard Shape(shape).checkedCount != nil else {
            throw ImageError(code: .limitExceeded, message: "\(format): shape \(Shape(shape)) is too large")
        }
        let order = isFortranOrder ? Array(shape.reversed()) : shape
        let dense = Shape(order).strides
        let strides = isFortranOrder ? Array(dense.reversed()) : dense
        if shape.count == 2 {
            return Axes(bands: 1, height: shape[0], width: shape[1], strides: (0, strides[0], strides[1]))
        }
        if interpretation.isChannelsLast(shape) {
            return Axes(
                bands: shape[2],
                height: shape[0],
                width: shape[1],
                strides: (strides[2], strides[0], strides[1])
            )
        }
        return Axes(
            bands: shape[0],
            height: shape[1],
            width: shape[2],
            strides: (strides[0], strides[1], strides[2])
        )
    }

    private func floats(_ elements: UnsafeRawBufferPointer, _ axes: Axes) -> [Float] {
        let swaps = isBigEndian
        func word(_ value: UInt16) -> UInt16 { swaps ? value.byteSwapped : value }
        func long(_ value: UInt32) -> UInt32 { swaps ? value.byteSwapped : value }
        func quad(_ value: UInt64) -> UInt64 { swaps ? value.byteSwapped : value }
        return switch dtype {
        case .float64: unsafe gather(elements, axes, as: UInt64.self) { Float(Double(bitPattern: quad($0))) }
        case .float32: unsafe gather(elements, axes, as: UInt32.self) { Float(bitPattern: long($0)) }
        case .float16:
            unsafe gather(elements, axes, as: UInt16.self) { HalfPrecision.float(float16Bits: word($0)) }
        case .bfloat16:
            unsafe gather(elements, axes, as: UInt16.self) { Float(bitPattern: UInt32(word($0)) << 16) }
        case .int64: unsafe gather(elements, axes, as: UInt64.self) { Float(Int64(bitPattern: quad($0))) }
        case .uint64: unsafe gather(elements, axes, as: UInt64.self) { Float(quad($0)) }
        case .int32: unsafe gather(elements, axes, as: UInt32.self) { Float(Int32(bitPattern: long($0))) }
        case .uint32: unsafe gather(elements, axes, as: UInt32.self) { Float(long($0)) }
        case .int16: unsafe gather(elements, axes, as: UInt16.self) { Float(Int16(bitPattern: word($0))) }
        case .uint16: unsafe gather(elements, axes, as: UInt16.self) { Float(word($0)) }
        case .int8: unsafe gather(elements, axes, as: Int8.self) { Float($0) }
        case .uint8: unsafe gather(elements, axes, as: UInt8.self) { Float($0) }
        case .bool: unsafe gather(elements, axes, as: UInt8.self) { $0 == 0 ? 0 : 1 }
        }
    }

    /// All elements in the order bands, rows, columns.
    @inline(__always)
    private func gather<Element: BitwiseCopyable, Value>(
        _ elements: UnsafeRawBufferPointer,
        _ axes: Axes,
        as type: Element.Type,
        _ convert: (Element) -> Value
    ) -> [Value] {
        let count = axes.bands * axes.height * axes.width
        return unsafe [Value](unsafeUninitializedCapacity: count) { target, initialized in
            var next = 0
            for band in 0..<axes.bands {
                for row in 0..<axes.height {
                    var element = band * axes.strides.band + row * axes.strides.row
                    for _ in 0..<axes.width {
                        let byte = element * MemoryLayout<Element>.size
                        let value = unsafe elements.loadUnaligned(fromByteOffset: byte, as: Element.self)
                        unsafe target.initializeElement(at: next, to: convert(value))
                        next += 1
                        element += axes.strides.column
                    }
                }
            }
            initialized = count
        }
    }
}
