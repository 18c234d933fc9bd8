/// Winograd's inner product: sums in which additions stand in for half of the multiplications.
///
/// For two inputs a, c of a row and their weights u, v of a column, `a u + c v = (a + v) (c + u) - a c - u v`: two
/// additions and one multiply-add. What is subtracted belongs to the row alone and to the column alone: it is computed
/// once a row and once a model. A core whose units for additions stand beside those for multiply-adds, one addition and
/// one multiply-add a cycle, is busiest with five of eight pairs treated so: sixteen inputs take eleven multiply-adds
/// and ten additions, where plain sums take sixteen multiply-adds.
///
/// To lose no digits, a row is first divided by the power of two next to its root mean square, a column of weights
/// likewise, and each ``span`` inputs have sums and corrections of their own, which are added to a total. The relative error of
/// outputs is then some three roundings (2^-24) for any number of inputs, where plain sums have 2 over 64 inputs, 5 over 256 and
/// 16 over 3,072.
///
/// Source: S. Winograd, A new algorithm for inner product, IEEE Transactions on Computers C-17 (1968).
public enum FastInnerProduct {
    /// Pairs of sixteen inputs: input i, below it, and input i + 8.
    public static let pairs = 5
    /// Inputs of a sum with its correction.
    public static let span = 64
    /// Fewer rows of a picture, and it is the weights that a core waits for.
    static let fewestRows = 32
    /// Fewer outputs are not worth the copies.
    static let fewestOutputs = 48
    /// Fewer inputs are not worth the corrections.
    static let fewestInputs = 32

    /// Corrections of a row or a column.
    public static func spans(_ inputs: Int) -> Int { (inputs + span - 1) / span }

    /// Floats of a block of sixteen columns: `[factor][of each span: correction, inputs][16 outputs]`.
    public static func floatsPerBlock(_ inputs: Int) -> Int { 16 * (1 + spans(inputs) + inputs) }

    /// Whether it serves a picture's `rows` rows of `inputs` inputs faster than plain sums do, where additions are free.
    public static func isWorthwhile(rows: Int, inputs: Int, outputs: Int) -> Bool {
        rows >= fewestRows && inputs >= fewestInputs && outputs >= fewestOutputs
    }

    /// Whether it serves `shape`: a 1x1 convolution of blocked maps, any stride, no padding, one group.
    static func accepts(_ shape: ConvolutionShape) -> Bool {
        !shape.isInputPlain && shape.groups == 1 && shape.inputChannels >= 16 && shape.kernelHeight == 1
            && shape.kernelWidth == 1 && shape.paddingTop == 0 && shape.paddingLeft == 0
            && (shape.outputHeight - 1) * shape.strideHeight < shape.inputHeight
            && (shape.outputWidth - 1) * shape.strideWidth < shape.inputWidth
    }
}
