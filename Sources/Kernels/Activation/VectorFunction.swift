internal import CIntrinsics
internal import KernelInterface

/// A function of sixteen floats that the compiler inlines into loops.
protocol VectorFunction {
    func apply(_ x: Vector) -> Vector
}

/// A loop over vectors that is compiled once for each function.
protocol VectorWork {
    func run<Function: VectorFunction>(_ function: Function)
}

/// Runs `work` with the function that `function` names.
@inline(__always) func withVectorFunction<Work: VectorWork>(_ function: ActivationFunction, _ work: Work) {
    let parameter = splat(function.parameter)
    switch function.kind {
    case .identity: work.run(Identity())
    case .relu: work.run(Rectifier(upper: splat(.infinity)))
    case .relu6: work.run(Rectifier(upper: splat(6)))
    case .sigmoid: work.run(Sigmoid())
    case .silu: work.run(Swish(slope: splat(1)))
    case .quickGELU: work.run(Swish(slope: splat(1.702)))
    case .tanh: work.run(HyperbolicTangent())
    case .mish: work.run(Mish())
    case .gelu: work.run(GELU())
    case .geluTanh: work.run(TanhGELU())
    case .hardSwish: work.run(HardSwish())
    case .hardSigmoid: work.run(HardSigmoid())
    case .hardMish: work.run(HardMish())
    case .leakyReLU: work.run(LeakyReLU(slope: parameter))
    case .elu: work.run(ELU(alpha: parameter))
    case .softplus: work.run(Softplus())
    case .exponential: work.run(Exponential())
    case .squareRoot: work.run(SquareRoot())
    case .reciprocalSquareRoot: work.run(ReciprocalSquareRoot())
    case .absolute: work.run(Absolute())
    case .affine: work.run(Affine(multiplier: parameter, offset: splat(function.offset)))
    }
}

private struct Identity: VectorFunction {
    @inline(__always) func apply(_ x: Vector) -> Vector { x }
}

private struct Rectifier: VectorFunction {
    let upper: Vector
    @inline(__always) func apply(_ x: Vector) -> Vector {
        apus_at_most(apus_at_least(x, zeroVector), upper)
    }
}

private struct Sigmoid: VectorFunction {
    @inline(__always) func apply(_ x: Vector) -> Vector { sigmoid(x) }
}

private struct Swish: VectorFunction {
    let slope: Vector
    @inline(__always) func apply(_ x: Vector) -> Vector { x * sigmoid(x * slope) }
}

private struct HyperbolicTangent: VectorFunction {
    @inline(__always) func apply(_ x: Vector) -> Vector { tangent(x) }
}

/// `x tanh(log(1 + w))` with w = exp(x) is `x n / (n + 2)` with n = w (w + 2); beyond 20 the quotient is 1.
private struct Mish: VectorFunction {
    @inline(__always) func apply(_ x: Vector) -> Vector {
        let w = exponential(apus_at_most(x, splat(20)))
        let n = w * (w + splat(2))
        return x * (n / (n + splat(2)))
    }
}

private struct GELU: VectorFunction {
    @inline(__always) func apply(_ x: Vector) -> Vector { gaussianUnit(x) }
}

private struct TanhGELU: VectorFunction {
    @inline(__always) func apply(_ x: Vector) -> Vector {
        // (1 + tanh(u)) / 2 is 1 / (1 + e^(-2 u)), which keeps its digits where tanh(u) is near -1.
        let slope = multiplyAdd(x * x, splat(0.071_354_816), splat(1.595_769_1))
        return x * sigmoid(x * slope)
    }
}

private struct HardSwish: VectorFunction {
    @inline(__always) func apply(_ x: Vector) -> Vector { x * hardSigmoid(x) }
}

private struct HardSigmoid: VectorFunction {
    @inline(__always) func apply(_ x: Vector) -> Vector { hardSigmoid(x) }
}

private struct HardMish: VectorFunction {
    @inline(__always) func apply(_ x: Vector) -> Vector {
        let clamped = apus_at_most(apus_at_least(x + splat(2), zeroVector), splat(2))
        return x * splat(0.5) * clamped
    }
}

private struct LeakyReLU: VectorFunction {
    let slope: Vector
    @inline(__always) func apply(_ x: Vector) -> Vector {
        apus_select_less(x, zeroVector, x * slope, x)
    }
}

private struct ELU: VectorFunction {
    let alpha: Vector
    @inline(__always) func apply(_ x: Vector) -> Vector {
        let negative = exponentialMinusOne(apus_at_most(x, zeroVector)) * alpha
        return apus_select_less(zeroVector, x, x, negative)
    }
}

private struct Softplus: VectorFunction {
    @inline(__always) func apply(_ x: Vector) -> Vector {
        let small = logarithmOfOnePlus(exponential(zeroVector - apus_abs(x)))
        return apus_at_least(x, zeroVector) + small
    }
}

private struct Exponential: VectorFunction {
    @inline(__always) func apply(_ x: Vector) -> Vector { exponential(x) }
}

private struct SquareRoot: VectorFunction {
    @inline(__always) func apply(_ x: Vector) -> Vector { apus_sqrt(x) }
}

private struct ReciprocalSquareRoot: VectorFunction {
    @inline(__always) func apply(_ x: Vector) -> Vector { splat(1) / apus_sqrt(x) }
}

private struct Absolute: VectorFunction {
    @inline(__always) func apply(_ x: Vector) -> Vector { apus_abs(x) }
}

private struct Affine: VectorFunction {
    let multiplier: Vector
    let offset: Vector
    @inline(__always) func apply(_ x: Vector) -> Vector { multiplyAdd(x, multiplier, offset) }
}
