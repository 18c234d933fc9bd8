extension Tensor {
    /// The elements as float32, row-major.
    ///
    /// Float types convert exactly or, from float64, to the nearest; integers convert to the nearest.
    public var floats: [Float] {
        unsafe [Float](unsafeUninitializedCapacity: count) { target, initialized in
            unsafe copyFloats(to: target.baseAddress, count: count)
            initialized = count
        }
    }

    /// Gives `body` the address of the elements `range`, row-major, as float32, valid during the call.
    ///
    /// Aligned float32 elements are not copied; others are converted, as ``floats`` does it, into memory for these
    /// elements alone.
    ///
    /// Precondition: the range lies inside the tensor and is not empty.
    /// - Throws: what `body` throws.
    public func withFloats<Result, Failure: Error>(
        _ range: Range<Int>,
        _ body: (UnsafePointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let start = byteOffset + range.lowerBound * dtype.byteCount
        guard let part = Tensor(dtype: dtype, shape: [range.count], storage: storage, byteOffset: start)
        else {
            preconditionFailure("\(range) lies inside a tensor of \(count) elements")
        }
        return try unsafe part.convertedToFloat32().withUnsafeBytes { bytes throws(Failure) in
            guard let floats = unsafe bytes.baseAddress?.assumingMemoryBound(to: Float.self) else {
                preconditionFailure("elements have an address")
            }
            return try unsafe body(floats)
        }
    }

    /// The tensor as an aligned float32 tensor: itself where it is one already.
    public func convertedToFloat32() -> Tensor {
        let aligned = unsafe withUnsafeBytes { Int(bitPattern: $0.baseAddress) % 4 == 0 }
        guard dtype != .float32 || !aligned else { return self }
        return unsafe Tensor(shape: shape) { target in
            unsafe copyFloats(to: target.baseAddress, count: target.count)
        }
    }

    /// The float32 `values` in the type and under the shape of this tensor, rounded to nearest, ties to even.
    ///
    /// timm casts an adapted stem back to the checkpoint's type: this is that cast.
    /// Precondition: the type is a float type and `shape` counts the values.
    public static func cast(_ values: [Float], to dtype: DType, shape: Shape) -> Tensor {
        precondition(values.count == shape.count, "\(values.count) values for shape \(shape)")
        let storage = unsafe TensorStorage(byteCount: values.count * dtype.byteCount) { bytes in
            for (index, value) in values.enumerated() {
                switch dtype {
                case .float32: unsafe bytes.storeBytes(of: value, toByteOffset: index * 4, as: Float.self)
                case .float64:
                    unsafe bytes.storeBytes(of: Double(value), toByteOffset: index * 8, as: Double.self)
                case .float16:
                    let bits = HalfPrecision.float16Bits(value)
                    unsafe bytes.storeBytes(of: bits, toByteOffset: index * 2, as: UInt16.self)
                case .bfloat16:
                    let bits = HalfPrecision.bfloat16Bits(value)
                    unsafe bytes.storeBytes(of: bits, toByteOffset: index * 2, as: UInt16.self)
                case .int64, .int32, .int16, .int8, .uint8, .bool, .uint16, .uint32, .uint64:
                    preconditionFailure("a cast of floats to \(dtype)")
                }
            }
        }
        guard let tensor = Tensor(dtype: dtype, shape: shape, storage: storage, byteOffset: 0) else {
            preconditionFailure("the storage was made for this shape")
        }
        return tensor
    }

    /// Converts all elements into `target`, which has room for `count` floats.
    private func copyFloats(to target: UnsafeMutablePointer<Float>?, count: Int) {
        guard let target = unsafe target, count > 0 else { return }
        unsafe withUnsafeBytes { bytes in
            func convert<Element: BitwiseCopyable>(_ type: Element.Type, _ body: (Element) -> Float) {
                let stride = MemoryLayout<Element>.size
                for index in 0..<count {
                    unsafe target[index] = body(
                        bytes.loadUnaligned(fromByteOffset: index * stride, as: Element.self)
                    )
                }
            }
            switch dtype {
            case .float32:
                unsafe UnsafeMutableRawPointer(target).copyMemory(
                    from: bytes.baseAddress ?? UnsafeRawPointer(target),
                    byteCount: bytes.count
                )
            case .float64: convert(Double.self) { Float($0) }
            case .float16: convert(UInt16.self) { HalfPrecision.float(float16Bits: $0) }
            case .bfloat16: convert(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
            case .int64: convert(Int64.self) { Float($0) }
            case .int32: convert(Int32.self) { Float($0) }
            case .int16: convert(Int16.self) { Float($0) }
            case .int8: convert(Int8.self) { Float($0) }
            case .uint8, .bool: convert(UInt8.self) { Float($0) }
            case .uint16: convert(UInt16.self) { Float($0) }
            case .uint32: convert(UInt32.self) { Float($0) }
            case .uint64: convert(UInt64.self) { Float($0) }
            }
        }
    }
}
