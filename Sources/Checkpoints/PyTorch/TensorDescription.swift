import Tensors

/// A storage that a pickle refers to by its key; its bytes stand elsewhere in the file.
struct StorageReference: Sendable, Equatable {
    /// The key: `0` of the zip's `data/0`, or an address of the process that wrote a legacy stream.
    var key: String
    /// The name of the storage's class.
    var className: String
    /// The type of its elements; nil where none can be had here.
    var dtype: DType?
    /// Bytes of one element as `count` counts them: 1 of an untyped storage.
    var elementByteCount: Int
    /// The elements that the pickle declares.
    var count: Int
    /// The part of the storage that this reference is limited to, in elements (legacy streams of old PyTorch).
    var window: Range<Int>?
}

/// A tensor as a pickle describes it, before its bytes are looked at.
struct TensorDescription: Sendable, Equatable {
    /// Where its elements are.
    var storage: StorageReference
    /// The type of its elements: the storage's own, or what an untyped storage is taken for.
    var dtype: DType?
    /// The name of the type: for messages.
    var typeName: String
    /// Elements of the storage before its first.
    var offset: Int
    /// Its extents.
    var dimensions: [Int]
    /// Elements from one index to the next, for each axis.
    var strides: [Int]
}
