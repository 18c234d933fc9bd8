internal import CIntrinsics
internal import KernelInterface

/// A function of two times sixteen floats that the compiler inlines into loops.
protocol PairFunction {
    func apply(_ left: Vector, _ right: Vector) -> Vector
}

/// A loop over pairs of vectors that is compiled once for each function.
protocol PairWork {
    func run<Function: PairFunction>(_ function: Function)
}

/// Runs `work` with the function that `function` names.
@inline(__always) func withPairFunction<Work: PairWork>(_ function: BinaryFunction, _ work: Work) {
    switch function {
    case .add: work.run(Add())
    case .subtract: work.run(Subtract())
    case .multiply: work.run(Multiply())
    case .divide: work.run(Divide())
    case .maximum: work.run(Maximum())
    case .minimum: work.run(Minimum())
    case .reverseSubtract: work.run(ReverseSubtract())
    case .reverseDivide: work.run(ReverseDivide())
    }
}

private struct Add: PairFunction {
    @inline(__always) func apply(_ left: Vector, _ right: Vector) -> Vector { left + right }
}

private struct Subtract: PairFunction {
    @inline(__always) func apply(_ left: Vector, _ right: Vector) -> Vector { left - right }
}

private struct ReverseSubtract: PairFunction {
    @inline(__always) func apply(_ left: Vector, _ right: Vector) -> Vector { right - left }
}

private struct Multiply: PairFunction {
    @inline(__always) func apply(_ left: Vector, _ right: Vector) -> Vector { left * right }
}

private struct Divide: PairFunction {
    @inline(__always) func apply(_ left: Vector, _ right: Vector) -> Vector { left / right }
}

private struct ReverseDivide: PairFunction {
    @inline(__always) func apply(_ left: Vector, _ right: Vector) -> Vector { right / left }
}

/// NaN if one side is NaN, as `torch.maximum`.
private struct Maximum: PairFunction {
    @inline(__always) func apply(_ left: Vector, _ right: Vector) -> Vector {
        apus_or_nan(apus_at_least(left, right), right)
    }
}

/// NaN if one side is NaN, as `torch.minimum`.
private struct Minimum: PairFunction {
    @inline(__always) func apply(_ left: Vector, _ right: Vector) -> Vector {
        apus_or_nan(apus_at_most(left, right), right)
    }
}
