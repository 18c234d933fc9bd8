/// A function of one element, as kernels take it: plain data.
public struct ActivationFunction: Sendable, Hashable, BitwiseCopyable {
    /// The formulas, those of PyTorch; p is ``ActivationFunction/parameter``, q ``ActivationFunction/offset``.
    public enum Kind: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
        case identity, relu, relu6, sigmoid, silu, tanh, mish
        /// `0.5 x (1 + erf(x / sqrt 2))`.
        case gelu
        /// `0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))`.
        case geluTanh
        /// `x sigmoid(1.702 x)`.
        case quickGELU
        /// `x relu6(x + 3) / 6`.
        case hardSwish
        /// `relu6(x + 3) / 6`.
        case hardSigmoid
        /// `x clamp(x + 2, 0, 2) / 2`.
        case hardMish
        /// `x` where it is not negative, else `p x`.
        case leakyReLU
        /// `x` where it is positive, else `p (exp(x) - 1)`.
        case elu
        /// `log(1 + exp(x))`.
        case softplus
        case exponential, squareRoot, reciprocalSquareRoot, absolute
        /// `p x + q`, product and sum rounded apart or as one.
        case affine
    }

    /// The formula.
    public var kind: Kind
    /// p of the formula: slope, alpha or multiplier.
    public var parameter: Float
    /// q of the formula: the offset of an affine function.
    public var offset: Float

    /// Makes a function.
    public init(_ kind: Kind, parameter: Float = 0, offset: Float = 0) {
        self.kind = kind
        self.parameter = parameter
        self.offset = offset
    }

    /// Whether 0 is mapped to 0, so that the zero channels past the last one stay zero by themselves.
    public var keepsZero: Bool {
        switch kind {
        case .identity, .relu, .relu6, .silu, .tanh, .mish, .gelu, .geluTanh, .quickGELU, .hardSwish,
            .hardMish, .leakyReLU, .elu, .squareRoot, .absolute:
            true
        case .sigmoid, .hardSigmoid, .softplus, .exponential, .reciprocalSquareRoot: false
        case .affine: offset == 0
        }
    }
}
