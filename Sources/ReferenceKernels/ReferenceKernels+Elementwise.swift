internal import Graph

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Activation {
    /// The activation of one element, by PyTorch's formula.
    func reference(_ x: Double) -> Double {
        func clamp(_ value: Double, _ lower: Double, _ upper: Double) -> Double {
            value.isNaN ? value : min(max(value, lower), upper)
        }
        func sigmoid(_ value: Double) -> Double { 1 / (1 + exp(-value)) }
        switch self {
        case .relu: return x.isNaN ? x : max(x, 0)
        case .relu6: return clamp(x, 0, 6)
        case .sigmoid: return sigmoid(x)
        case .silu: return x * sigmoid(x)
        case .tanh: return Self.hyperbolicTangent(x)
        case .mish: return x * Self.hyperbolicTangent(log1p(exp(-abs(x))) + max(x, 0))
        case .gelu: return 0.5 * x * erfc(-x / 2.0.squareRoot())
        case .geluTanh:
            // 0.5 (1 + tanh u) = sigmoid(2 u)
            let u = (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
            return x * sigmoid(2 * u)
        case .quickGELU: return x * sigmoid(1.702 * x)
        case .hardSwish: return x * clamp(x + 3, 0, 6) / 6
        case .hardSigmoid: return clamp(x + 3, 0, 6) / 6
        case .hardMish: return 0.5 * x * clamp(x + 2, 0, 2)
        case .leakyReLU(let slope): return x < 0 ? x * Double(slope) : x
        case .elu(let alpha): return x > 0 ? x : Double(alpha) * expm1(x)
        case .softplus: return log1p(exp(-abs(x))) + max(x, 0)
        case .exponential: return exp(x)
        case .squareRoot: return x.squareRoot()
        case .reciprocalSquareRoot: return 1 / x.squareRoot()
        case .absolute: return abs(x)
        }
    }

    /// tanh, where the case of that name hides the function.
    private static func hyperbolicTangent(_ x: Double) -> Double {
        let part = expm1(-2 * abs(x))
        let magnitude = -part / (part + 2)
        return x < 0 ? -magnitude : magnitude
    }
}

extension BinaryOperation {
    /// The operation on two elements; NaN on either side gives NaN.
    func reference(_ left: Double, _ right: Double) -> Double {
        switch self {
        case .add: return left + right
        case .subtract: return left - right
        case .multiply: return left * right
        case .divide: return left / right
        case .maximum: return left.isNaN || right.isNaN ? .nan : max(left, right)
        case .minimum: return left.isNaN || right.isNaN ? .nan : min(left, right)
        }
    }
}
