internal import Graph
internal import KernelInterface

extension ActivationFunction {
    /// The kernels' form of a graph's activation.
    init(of activation: Activation) {
        switch activation {
        case .relu: self.init(.relu)
        case .relu6: self.init(.relu6)
        case .sigmoid: self.init(.sigmoid)
        case .silu: self.init(.silu)
        case .tanh: self.init(.tanh)
        case .mish: self.init(.mish)
        case .gelu: self.init(.gelu)
        case .geluTanh: self.init(.geluTanh)
        case .quickGELU: self.init(.quickGELU)
        case .hardSwish: self.init(.hardSwish)
        case .hardSigmoid: self.init(.hardSigmoid)
        case .hardMish: self.init(.hardMish)
        case .leakyReLU(let slope): self.init(.leakyReLU, parameter: slope)
        case .elu(let alpha): self.init(.elu, parameter: alpha)
        case .softplus: self.init(.softplus)
        case .exponential: self.init(.exponential)
        case .squareRoot: self.init(.squareRoot)
        case .reciprocalSquareRoot: self.init(.reciprocalSquareRoot)
        case .absolute: self.init(.absolute)
        }
    }
}
