import Tensors

/// Turns descriptions of tensors into tensors over a file's bytes.
///
/// A row-major tensor becomes a view. Any other order of strides is copied into row-major order; an expanded tensor
/// (stride 0) can have more elements than the file has bytes, so all copies together are limited by the file's size.
struct TensorMaterializer {
    private let file: TensorStorage
    /// The bytes of the file that hold each storage, by key.
    private let storages: [String: Range<Int>]
    /// Bytes that copies may still take.
    private var budget: Int

    /// Makes tensors of the storages whose bytes stand in `file`.
    init(file: TensorStorage, storages: [String: Range<Int>]) {
        self.file = file
        self.storages = storages
        budget = 2 * file.byteCount + (1 << 16)
    }

    /// The tensor `name` of `description`.
    mutating func tensor(_ description: TensorDescription, name: String) throws(CheckpointError) -> Tensor {
        let shown = CheckpointError.quoted(name)
        guard let dtype = description.dtype else {
            throw CheckpointError(
                code: .unsupported,
                message: "the tensor \(shown) has elements of \(description.typeName), which are not read"
            )
        }
        let elements = try window(of: description, dtype: dtype, shown: shown)
        let shape = Shape(description.dimensions)
        guard let count = shape.checkedCount, description.offset >= 0,
            let last = lastElement(of: description, count: count)
        else {
            throw malformed(
                "\(shown) has the shape \(shape), the offset \(description.offset) and the strides "
                    + "\(description.strides), which no tensor can have"
            )
        }
        let available = elements.count / dtype.byteCount
        guard last < available, description.offset <= available else {
            throw malformed(
                "\(shown) of shape \(shape), offset \(description.offset) and strides \(description.strides) "
                    + "reaches element \(last) of a storage of \(available)"
            )
        }
        let first = elements.lowerBound + description.offset * dtype.byteCount
        if count == 0 || isRowMajor(description) {
            guard let view = Tensor(dtype: dtype, shape: shape, storage: file, byteOffset: first) else {
                throw malformed("\(shown) does not lie inside the file")
            }
            return view
        }
        let (byteCount, overflow) = count.multipliedReportingOverflow(by: dtype.byteCount)
        guard !overflow, byteCount <= budget else {
            throw CheckpointError(
                code: .limitExceeded,
                message:
                    "the tensor \(shown) of shape \(shape) repeats its elements (strides \(description.strides)) "
                    + "to more bytes than the file holds"
            )
        }
        budget -= byteCount
        return try copy(description, dtype: dtype, shape: shape, first: first)
    }

    /// The bytes of the file that the description's storage, or its part of it, takes.
    private func window(
        of description: TensorDescription,
        dtype: DType,
        shown: String
    ) throws(CheckpointError) -> Range<Int> {
        let storage = description.storage
        guard let bytes = storages[storage.key] else {
            throw malformed(
                "\(shown) refers to the storage \(CheckpointError.quoted(storage.key)), which is not there"
            )
        }
        guard let window = storage.window else { return bytes }
        let (end, overflow) = window.upperBound.multipliedReportingOverflow(by: storage.elementByteCount)
        guard !overflow, end <= bytes.count else {
            throw malformed("\(shown) refers to a part outside its storage")
        }
        let start = window.lowerBound * storage.elementByteCount
        return bytes.lowerBound + start..<bytes.lowerBound + end
    }

    /// The element of the storage that the last index reaches, -1 for a tensor without elements; nil where it cannot be.
    private func lastElement(of description: TensorDescription, count: Int) -> Int? {
        guard count > 0 else { return -1 }
        var last = description.offset
        for (extent, stride) in zip(description.dimensions, description.strides) {
            guard stride >= 0 else { return nil }
            let (reach, overflow) = (extent - 1).multipliedReportingOverflow(by: stride)
            let (sum, overflowOfSum) = last.addingReportingOverflow(reach)
            guard !overflow, !overflowOfSum else { return nil }
            last = sum
        }
        return last
    }

    /// Whether the elements stand in row-major order; the stride of an axis of one index says nothing.
    private func isRowMajor(_ description: TensorDescription) -> Bool {
        let expected = Shape(description.dimensions).strides
        for (axis, extent) in description.dimensions.enumerated() where extent > 1 {
            guard description.strides[axis] == expected[axis] else { return false }
        }
        return true
    }

    /// Copies the elements, which have been found to lie inside the file, into row-major order.
    private func copy(
        _ description: TensorDescription,
        dtype: DType,
        shape: Shape,
        first: Int
    ) throws(CheckpointError) -> Tensor {
        let storage = unsafe file.withUnsafeBytes { source in
            unsafe TensorStorage(byteCount: shape.count * dtype.byteCount) { target in
                switch dtype.byteCount {
                case 1: unsafe Self.gather(UInt8.self, source, first, description, into: target)
                case 2: unsafe Self.gather(UInt16.self, source, first, description, into: target)
                case 4: unsafe Self.gather(UInt32.self, source, first, description, into: target)
                default: unsafe Self.gather(UInt64.self, source, first, description, into: target)
                }
            }
        }
        guard let tensor = Tensor(dtype: dtype, shape: shape, storage: storage, byteOffset: 0) else {
            throw malformed("a copy of shape \(shape) does not lie inside its bytes")
        }
        return tensor
    }

    /// Walks the index of `description` row-major and moves a row of the last axis a step.
    private static func gather<Element: BitwiseCopyable>(
        _ type: Element.Type,
        _ source: UnsafeRawBufferPointer,
        _ first: Int,
        _ description: TensorDescription,
        into target: UnsafeMutableRawBufferPointer
    ) {
        let size = MemoryLayout<Element>.size
        // A tensor of rank 0 is row-major, so there is a last axis.
        let rank = description.dimensions.count
        let rowLength = description.dimensions[rank - 1]
        let step = description.strides[rank - 1] * size
        var index = [Int](repeating: 0, count: rank)
        var row = first
        for place in stride(from: 0, to: target.count, by: rowLength * size) {
            for column in 0..<rowLength {
                let value = unsafe source.loadUnaligned(fromByteOffset: row + column * step, as: Element.self)
                unsafe target.storeBytes(of: value, toByteOffset: place + column * size, as: Element.self)
            }
            var axis = rank - 2
            while axis >= 0 {
                index[axis] += 1
                row += description.strides[axis] * size
                if index[axis] < description.dimensions[axis] { break }
                row -= index[axis] * description.strides[axis] * size
                index[axis] = 0
                axis -= 1
            }
        }
    }

    private func malformed(_ what: String) -> CheckpointError {
        CheckpointError(code: .malformed, message: "the tensor \(what)")
    }
}
