import Glibc
import KernelInterface
import Testing

/// The bounds that Transcendental.swift states, over a fine grid, against double precision.
@Suite struct ActivationAccuracyTests {
    /// Runs one function over `values`.
    static func run(_ table: KernelTable, _ kind: ActivationFunction.Kind, _ values: [Float]) -> [Float] {
        let (input, output) = (GuardedFloats(values), GuardedFloats(count: values.count))
        let strides = MapStrides(image: 0, channel: 0, row: 0)
        let arguments = unsafe UnaryArguments(
            extents: .dense(count: values.count),
            function: ActivationFunction(kind, parameter: 1),
            input: input.source,
            inputStrides: strides,
            output: output.pointer,
            outputStrides: strides
        )
        KernelRun.run(table[.unary], arguments, output: output, context: "\(kind)")
        withExtendedLifetime(input) {}
        return output.values
    }

    /// The largest relative error of a function over a grid of `from...to`.
    static func worst(
        _ table: KernelTable,
        _ kind: ActivationFunction.Kind,
        from: Float,
        to: Float,
        _ exact: (Double) -> Double
    ) -> Double {
        let values = (0...60_000).map { from + (to - from) * Float($0) / 60_000 }
        return zip(values, run(table, kind, values)).reduce(0) { worst, pair in
            let wanted = exact(Double(pair.0))
            guard abs(wanted) > 1.2e-38 else { return worst }
            return max(worst, abs(Double(pair.1) - wanted) / abs(wanted))
        }
    }

    /// A unit in the last place, relative, at worst.
    static let unit = 0x1p-23

    @Test(arguments: Tables.all)
    func exponential(table: KernelTable) {
        #expect(Self.worst(table, .exponential, from: -87.3, to: 88.7, exp) <= 2 * Self.unit)
        let limits = Self.run(table, .exponential, [-200, -.infinity, 89, .infinity, .nan, 0])
        #expect(limits[0] == 0 && limits[1] == 0 && limits[2] == .infinity && limits[3] == .infinity)
        #expect(limits[4].isNaN && limits[5] == 1)
    }

    @Test(arguments: Tables.all)
    func sigmoidAndTanh(table: KernelTable) {
        let sigmoid = Self.worst(table, .sigmoid, from: -80, to: 30) { 1 / (1 + exp(-$0)) }
        #expect(sigmoid <= 4 * Self.unit)
        #expect(Self.worst(table, .tanh, from: -20, to: 20, tanh) <= 4 * Self.unit)
        #expect(Self.worst(table, .tanh, from: -1e-3, to: 1e-3, tanh) <= 4 * Self.unit)
        let limits = Self.run(table, .sigmoid, [-.infinity, .infinity, .nan])
        #expect(limits[0] == 0 && limits[1] == 1 && limits[2].isNaN)
    }

    @Test(arguments: Tables.all)
    func silu(table: KernelTable) {
        let error = Self.worst(table, .silu, from: -80, to: 80) { $0 / (1 + exp(-$0)) }
        #expect(error <= 4 * Self.unit)
        let far = Self.run(table, .silu, [-100, -1e30, 1e30, .infinity, .nan])
        #expect(abs(far[0]) <= 1e-35 && abs(far[1]) <= 1e-7 && far[2] == 1e30)
        #expect(far[3] == .infinity && far[4].isNaN)
    }

    /// The form that follows sums, here a product with one.
    @Test(arguments: Tables.all)
    func siluAfterSums(table: KernelTable) {
        let limits: [Float] = [-100, -1e30, 1e30, .infinity, .nan]
        for edge: Float in [1, 10, 86.9] {
            let values = (0...60_000).map { edge * (Float($0) / 30_000 - 1) } + limits
            let (left, right) = (
                GuardedFloats(values), GuardedFloats([Float](repeating: 1, count: values.count))
            )
            let output = GuardedFloats(count: values.count)
            let strides = MapStrides(image: 0, channel: 0, row: 0)
            var arguments = unsafe BinaryArguments(
                extents: .dense(count: values.count),
                function: .multiply,
                left: left.source,
                leftStrides: strides,
                right: right.source,
                rightStrides: strides,
                output: output.pointer,
                outputStrides: strides
            )
            arguments.activation = ActivationFunction(.silu)
            KernelRun.run(table[.binary], arguments, output: output, context: "up to \(edge)")
            for (x, value) in zip(values, output.values).dropLast(limits.count) {
                let wanted = Double(x) / (1 + exp(-Double(x)))
                #expect(abs(Double(value) - wanted) <= 4 * Self.unit * abs(wanted), "\(x)")
            }
            let far = output.values.suffix(limits.count).map { $0 }
            #expect(abs(far[0]) <= 1e-35 && abs(far[1]) <= 1e-7 && far[2] == 1e30)
            #expect(far[3] == .infinity && far[4].isNaN)
            withExtendedLifetime((left, right)) {}
        }
    }

    /// For x >= -1 relative to the value; below, where a half less a half is left, as exact as PyTorch's form, which errs by
    /// up to 1.2e-6 over the same grid.
    @Test(arguments: Tables.all)
    func gelu(table: KernelTable) {
        func exact(_ x: Double) -> Double { 0.5 * x * erfc(-x / 2.0.squareRoot()) }
        let unit = table.instructionSet == .baseline ? 8 * Self.unit : 4 * Self.unit
        #expect(Self.worst(table, .gelu, from: -1, to: 10, exact) <= unit)
        let below = (0...60_000).map { -1 - Float($0) / 5000 }
        for (x, value) in zip(below, Self.run(table, .gelu, below)) {
            #expect(abs(Double(value) - exact(Double(x))) <= 1e-6, "\(x)")
        }
        let far = Self.run(table, .gelu, [-5.5, -20, -1e30, 1e30, .infinity, .nan])
        #expect(far[0] == 0 && far[1] == 0 && far[2] == 0 && far[3] == 1e30)
        #expect(far[4] == .infinity && far[5].isNaN)
    }

    @Test(arguments: Tables.all)
    func softplusMishAndELU(table: KernelTable) {
        func softplus(_ x: Double) -> Double { log1p(exp(-abs(x))) + max(x, 0) }
        #expect(Self.worst(table, .softplus, from: -80, to: 60, softplus) <= 4 * Self.unit)
        let mish = Self.worst(table, .mish, from: -80, to: 60) { $0 * tanh(softplus($0)) }
        #expect(mish <= 8 * Self.unit)
        let elu = Self.worst(table, .elu, from: -80, to: 2) { $0 > 0 ? $0 : expm1($0) }
        #expect(elu <= 4 * Self.unit)
    }
}
