/// Where the elements of an operand of ``KernelID/attention`` stand: distances in floats.
public struct AttentionStrides: Sendable, Hashable, BitwiseCopyable {
    /// From an outer index (a batch row, a window) to the next.
    public var outer: Int
    /// From an inner index (a head) to the next.
    public var inner: Int
    /// From a row (a token) to the next.
    public var row: Int
    /// From a feature to the next.
    public var column: Int

    /// Makes strides, in floats.
    public init(outer: Int, inner: Int, row: Int, column: Int = 1) {
        self.outer = outer
        self.inner = inner
        self.row = row
        self.column = column
    }
}

/// Where the terms stand that are added to the scores: `[period or 1, inner or 1, queries or 1, keys rounded up to 16]`.
///
/// The floats of a row past the last key may hold anything but NaN.
public struct AttentionTermStrides: Sendable, Hashable, BitwiseCopyable {
    /// Outer indices after which the terms repeat: the windows of a picture.
    public var period: Int
    /// From an outer index to the next; 0 where they share their terms.
    public var outer: Int
    /// From an inner index to the next; 0 where they share their terms.
    public var inner: Int
    /// From a query to the next; 0 where they share their terms.
    public var row: Int

    /// Makes strides, in floats.
    public init(period: Int = 1, outer: Int = 0, inner: Int = 0, row: Int = 0) {
        self.period = period
        self.outer = outer
        self.inner = inner
        self.row = row
    }

    /// Where the terms of an outer and an inner index begin.
    public func offset(outer index: Int, inner innerIndex: Int) -> Int {
        index % period * outer + innerIndex * inner
    }
}

/// Arguments of ``KernelID/attention`` and ``KernelID/attentionBFloat16``:
/// `output = softmax(multiplier * query x key^T + bias + mask) x value` for each outer and inner index.
///
/// Query `[queries, depth]`, key `[keys, depth]`, value `[keys, width]` and output `[queries, width]` are read and
/// written where they stand: a layer's result `[N, tokens, 3, heads, depth]` has outer stride
/// `tokens * 3 * heads * depth`, inner stride `depth` and row stride `3 * heads * depth`.
@safe public struct AttentionArguments: Sendable, BitwiseCopyable {
    /// Extent of the outer axis: batch rows.
    public var outerCount: Int
    /// Extent of the inner axis: heads.
    public var innerCount: Int
    /// Rows of query and output.
    public var queries: Int
    /// Rows of key and value.
    public var keys: Int
    /// Features of query and key.
    public var depth: Int
    /// Features of value and output.
    public var width: Int
    /// Multiplies each product of query and key.
    public var multiplier: Float
    /// Multiplies the products besides, one float an outer index of a period and inner index; nil for none.
    public nonisolated(unsafe) var multipliers: UnsafePointer<Float>?
    /// Outer indices after which ``multipliers`` repeat.
    public var multiplierPeriod: Int
    /// The query.
    public nonisolated(unsafe) var query: UnsafePointer<Float>
    /// Strides of the query.
    public var queryStrides: AttentionStrides
    /// The key.
    public nonisolated(unsafe) var key: UnsafePointer<Float>
    /// Strides of the key.
    public var keyStrides: AttentionStrides
    /// The value.
    public nonisolated(unsafe) var value: UnsafePointer<Float>
    /// Strides of the value.
    public var valueStrides: AttentionStrides
    /// Terms of the scores; nil for none.
    public nonisolated(unsafe) var bias: UnsafePointer<Float>?
    /// Strides of the bias.
    public var biasStrides: AttentionTermStrides
    /// More terms of the scores; nil for none.
    public nonisolated(unsafe) var mask: UnsafePointer<Float>?
    /// Strides of the mask.
    public var maskStrides: AttentionTermStrides
    /// The output.
    public nonisolated(unsafe) var output: UnsafeMutablePointer<Float>
    /// Strides of the output.
    public var outputStrides: AttentionStrides

    /// Makes arguments without terms for dense operands `[outer, inner, rows, features]`.
    public init(
        outerCount: Int,
        innerCount: Int,
        queries: Int,
        keys: Int,
        depth: Int,
        width: Int,
        query: UnsafePointer<Float>,
        key: UnsafePointer<Float>,
        value: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>
    ) {
        func dense(_ rows: Int, _ columns: Int) -> AttentionStrides {
            AttentionStrides(outer: innerCount * rows * columns, inner: rows * columns, row: columns)
        }
        self.outerCount = outerCount
        self.innerCount = innerCount
        self.queries = queries
        self.keys = keys
        self.depth = depth
        self.width = width
        multiplier = 1
        unsafe multipliers = nil
        multiplierPeriod = 1
        unsafe self.query = query
        queryStrides = dense(queries, depth)
        unsafe self.key = key
        keyStrides = dense(keys, depth)
        unsafe self.value = value
        valueStrides = dense(keys, width)
        unsafe bias = nil
        biasStrides = AttentionTermStrides()
        unsafe mask = nil
        maskStrides = AttentionTermStrides()
        unsafe self.output = output
        outputStrides = dense(queries, width)
    }
}
