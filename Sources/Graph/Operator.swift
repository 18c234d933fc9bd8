/// What a node of a graph computes.
///
/// The set is closed on purpose: a `switch` over it lists what a new operator has to touch (shape rule,
/// reference loop, lowering).
///
/// Axes count the full shape of the (first) input. Batched values keep the batch at axis 0.
public enum Operator: Sendable, Equatable {
    /// The pictures: `[N, C, H, W]`.
    case input
    /// A tensor of the checkpoint, by its name.
    case parameter(name: String)
    /// Numbers that the architecture itself states (a blur filter, an index table), row-major.
    case constant([Float])
    /// Inputs: x `[N, I, H, W]`, weight `[O, I / groups, kh, kw]`, and the bias `[O]` where it has one.
    case convolution(Convolution)
    /// Inputs: x `[..., I]`, weight `[O, I]`, and the bias `[O]` where there are three.
    case linear
    /// Inputs: x `[N, C, ...]`, weight, bias, running mean, running variance, each `[C]`.
    case batchNormalization(epsilon: Float)
    /// Over the extent of `axis`. Inputs: x, and weight and bias `[C]` where there are three.
    case layerNormalization(axis: Int, epsilon: Float)
    /// Over the extent of `axis`, without subtracting the mean. Inputs: x, and the weight `[C]` where there are two.
    case rootMeanSquareNormalization(axis: Int, epsilon: Float)
    /// Over each group of channels and all positions. Inputs: x `[N, C, ...]`, and weight and bias `[C]`.
    case groupNormalization(groups: Int, epsilon: Float)
    /// Each element by itself.
    case activation(Activation)
    /// Two inputs, broadcast against each other as NumPy does.
    case binary(BinaryOperation)
    /// `x * multiplier + offset`.
    case affine(multiplier: Float, offset: Float)
    /// Over windows of the last two axes of `[N, C, H, W]`.
    case pooling(Pooling)
    /// Over whole axes, which stay with extent 1 if `keepsAxes`.
    case reduction(ReductionKind, axes: [Int], keepsAxes: Bool)
    /// Batched matrix product over the last two axes: `[..., M, K] x [..., K, N]`, or `[..., N, K]` where the
    /// right side is transposed. The leading extents are equal.
    case matrixProduct(transposesRight: Bool)
    /// Over the extent of `axis`.
    case softmax(axis: Int)
    /// PyTorch's LSTM of one layer and direction, from the state zero. Inputs: gates `[R, T, 4H]`, the projected
    /// input with its bias, in the order i, f, g, o; the recurrent weight `[4H, H]`, and the recurrent bias `[4H]`
    /// where there are three. The result `[R, T, H]` holds each step's output; a reversed one runs from the last step
    /// to the first and leaves the outputs at their steps.
    case longShortTermMemory(isReversed: Bool)
    /// The same elements in the same order under the type.
    case reshape(TensorType)
    /// Output axis i is input axis `permutation[i]`.
    case transpose(permutation: [Int])
    /// Elements `start, start + step, ...`, `count` of them, along `axis`.
    case slice(axis: Int, start: Int, count: Int, step: Int)
    /// Inputs side by side along `axis`.
    case concatenation(axis: Int)
    /// Elements at `indices` along `axis`.
    case gather(axis: Int, indices: [Int])
    /// Output element i along `axis` is input element `(i - shift) mod extent`, as `torch.roll`.
    case roll(axis: Int, shift: Int)
    /// Extends axes on both sides.
    case padding(PaddingAmounts)
    /// Resizes the last two axes of `[N, C, H, W]`, as `torch.nn.functional.interpolate`.
    case resample(Resampling)
    /// Repeats a value of one leading row (a class token) for each picture: static `[1, ...]` to `[N, ...]`.
    case broadcastToBatch
}

/// A convolution's numbers.
///
/// Padding is explicit, so that TensorFlow's `same` needs no case of its own.
public struct Convolution: Sendable, Hashable {
    /// Channels that come out.
    public var outputChannels: Int
    /// Extent of the filter.
    public var kernel: Extent
    /// Step of the filter.
    public var stride: Extent
    /// Distance of the filter's taps.
    public var dilation: Extent
    /// Zeros around the input.
    public var padding: Edges
    /// Groups of channels that do not see each other.
    public var groups: Int

    /// Makes a convolution.
    public init(
        outputChannels: Int,
        kernel: Extent,
        stride: Extent = 1,
        dilation: Extent = 1,
        padding: Edges = .zero,
        groups: Int = 1
    ) {
        self.outputChannels = outputChannels
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        self.padding = padding
        self.groups = groups
    }
}

/// A height and a width.
public struct Extent: Sendable, Hashable, ExpressibleByIntegerLiteral {
    /// Rows.
    public var height: Int
    /// Columns.
    public var width: Int

    /// Makes an extent.
    public init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }

    /// Makes the square extent.
    public init(_ side: Int) {
        self.init(height: side, width: side)
    }

    /// Makes the square extent.
    public init(integerLiteral value: Int) {
        self.init(value)
    }
}

/// Amounts at the four edges of a picture.
public struct Edges: Sendable, Hashable {
    /// Rows above.
    public var top: Int
    /// Columns to the left.
    public var left: Int
    /// Rows below.
    public var bottom: Int
    /// Columns to the right.
    public var right: Int

    /// Makes edges.
    public init(top: Int, left: Int, bottom: Int, right: Int) {
        self.top = top
        self.left = left
        self.bottom = bottom
        self.right = right
    }

    /// Makes equal edges.
    public init(_ amount: Int) {
        self.init(top: amount, left: amount, bottom: amount, right: amount)
    }

    /// Nothing at any edge.
    public static let zero = Edges(0)
}

/// A function of one element, with the names and formulas of PyTorch.
public enum Activation: Sendable, Hashable {
    case relu, relu6, sigmoid, silu, tanh, mish
    /// `0.5 x (1 + erf(x / sqrt 2))`.
    case gelu
    /// GELU's approximation by tanh.
    case geluTanh
    /// `x sigmoid(1.702 x)`.
    case quickGELU
    /// `x relu6(x + 3) / 6`.
    case hardSwish
    /// `relu6(x + 3) / 6`.
    case hardSigmoid
    /// `x clamp(x + 2, 0, 2) / 2`: timm's hard_mish.
    case hardMish
    case leakyReLU(slope: Float)
    case elu(alpha: Float)
    case softplus
    /// `sign(x) sqrt(|x|)`, `1 / sqrt(x)` and others that single families need stand here as they come.
    case exponential, squareRoot, reciprocalSquareRoot, absolute
}

/// A function of two elements.
public enum BinaryOperation: String, Sendable, Hashable, CaseIterable {
    case add, subtract, multiply, divide, maximum, minimum
}

/// How several elements become one.
public enum ReductionKind: String, Sendable, Hashable, CaseIterable {
    case mean, sum, maximum
    /// The unbiased=False variance.
    case variance
    /// `sqrt(sum of squares)`.
    case norm
}

/// A pooling over windows.
public struct Pooling: Sendable, Hashable {
    /// What a window becomes.
    public enum Kind: Sendable, Hashable {
        case maximum
        /// The mean; with `countsPadding` the zeros of the padding count as elements.
        case average(countsPadding: Bool)
    }

    /// What a window becomes.
    public var kind: Kind
    /// Extent of the window.
    public var kernel: Extent
    /// Step of the window.
    public var stride: Extent
    /// Padding, not part of a maximum.
    public var padding: Edges
    /// Whether a last window that hangs over the edge counts: PyTorch's `ceil_mode`.
    public var roundsUp: Bool

    /// Makes a pooling.
    public init(
        kind: Kind,
        kernel: Extent,
        stride: Extent,
        padding: Edges = .zero,
        roundsUp: Bool = false
    ) {
        self.kind = kind
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.roundsUp = roundsUp
    }
}

/// Elements added at both ends of axes.
public struct PaddingAmounts: Sendable, Hashable {
    /// What the new elements hold.
    public enum Mode: Sendable, Hashable {
        case constant(Float)
        /// Mirrored without repeating the edge.
        case reflect
        case replicate
    }

    /// What the new elements hold.
    public var mode: Mode
    /// Elements before the first, an axis of the full shape each.
    public var before: [Int]
    /// Elements after the last, an axis of the full shape each.
    public var after: [Int]

    /// Makes amounts.
    ///
    /// Precondition: as many before as after.
    public init(mode: Mode, before: [Int], after: [Int]) {
        precondition(before.count == after.count, "one amount an axis")
        self.mode = mode
        self.before = before
        self.after = after
    }
}

/// A resizing of feature maps.
public struct Resampling: Sendable, Hashable {
    /// PyTorch's interpolation modes.
    public enum Mode: String, Sendable, Hashable { case nearest, bilinear, bicubic }

    /// The filter.
    public var mode: Mode
    /// The extent that comes out.
    public var extent: Extent
    /// PyTorch's `align_corners`.
    public var alignsCorners: Bool
    /// PyTorch's `antialias`.
    public var antialiases: Bool

    /// Makes a resizing.
    public init(mode: Mode, extent: Extent, alignsCorners: Bool = false, antialiases: Bool = false) {
        self.mode = mode
        self.extent = extent
        self.alignsCorners = alignsCorners
        self.antialiases = antialiases
    }
}
