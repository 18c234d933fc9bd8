/// An immutable, dense, row-major tensor: a type, a shape and shared bytes.
///
/// A tensor from a mapped file shares the mapping: making one copies nothing.
public struct Tensor: Sendable {
    /// The type of the elements.
    public let dtype: DType
    /// The extents, outermost first.
    public let shape: Shape
    /// The bytes that this tensor is a part of.
    public let storage: TensorStorage
    /// Where the tensor's first byte stands in the storage.
    ///
    /// It need not be aligned.
    public let byteOffset: Int

    /// Makes a view of `storage`.
    ///
    /// - Returns: nil where the elements do not lie inside the storage.
    public init?(dtype: DType, shape: Shape, storage: TensorStorage, byteOffset: Int) {
        guard let count = shape.checkedCount, byteOffset >= 0 else { return nil }
        let (byteCount, overflow) = count.multipliedReportingOverflow(by: dtype.byteCount)
        guard !overflow, byteCount <= storage.byteCount, byteOffset <= storage.byteCount - byteCount else {
            return nil
        }
        self.dtype = dtype
        self.shape = shape
        self.storage = storage
        self.byteOffset = byteOffset
    }

    /// Makes a float32 tensor of `shape` and lets `initialize` fill its zeroed elements, row-major.
    ///
    /// - Throws: what `initialize` throws.
    public init<Failure: Error>(
        shape: Shape,
        initialize: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        dtype = .float32
        self.shape = shape
        byteOffset = 0
        storage = try unsafe TensorStorage(byteCount: shape.count * 4) { bytes throws(Failure) in
            try unsafe initialize(bytes.bindMemory(to: Float.self))
        }
    }

    /// Makes a float32 tensor of `values`, row-major.
    ///
    /// Precondition: as many values as `shape` counts.
    public init(shape: Shape, values: [Float]) {
        precondition(values.count == shape.count, "\(values.count) values for shape \(shape)")
        unsafe self.init(shape: shape) { buffer in
            _ = unsafe buffer.update(from: values)
        }
    }

    /// The number of elements.
    public var count: Int { shape.count }

    /// Bytes of all elements.
    public var byteCount: Int { shape.count * dtype.byteCount }

    /// The same elements under another shape.
    ///
    /// Precondition: both shapes count the same.
    public func reshaped(to shape: Shape) -> Tensor {
        precondition(shape.count == count, "\(self.shape) cannot become \(shape)")
        guard let view = Tensor(dtype: dtype, shape: shape, storage: storage, byteOffset: byteOffset) else {
            preconditionFailure("a view of the same bytes lies inside them")
        }
        return view
    }

    /// Gives `body` the tensor's bytes, valid during the call; they need not be aligned.
    ///
    /// - Throws: what `body` throws.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe storage.withUnsafeBytes { bytes throws(Failure) in
            try unsafe body(UnsafeRawBufferPointer(rebasing: bytes[byteOffset..<byteOffset + byteCount]))
        }
    }
}
