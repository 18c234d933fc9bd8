public import Graph
internal import Tensors

/// Numbers that follow from a tensor's name alone: the generator of the parity records.
///
/// FNV-1a of the name starts a splitmix64 counter; every value is computed in float32.
public enum GeneratedTensor {
    /// `count` values in [0, 1) for the tensor called `name`, row-major.
    public static func uniform(name: String, count: Int) -> [Float] {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return (0..<count).map { index in
            var z = hash &+ UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            z ^= z >> 31
            return Float(z >> 40) * 0x1p-24
        }
    }

    /// The tensor `name` of a state dict, by the rule for the name's last component.
    ///
    /// `exponent` is the power of two of a batch norm's running statistics.
    public static func values(name: String, dimensions: [Int], exponent: Int = 0) -> [Float] {
        let uniform = uniform(name: name, count: dimensions.reduce(1, *))
        let power = Float(sign: .plus, exponent: exponent, significand: 1)
        switch name.split(separator: ".").last {
        case "running_var": return uniform.map { (0.5 + $0) * power }
        case "running_mean":
            let scale = power.squareRoot()
            return uniform.map { ($0 - 0.5) * 0.2 * scale }
        case "weight" where dimensions.count >= 2:
            let fanIn = dimensions.dropFirst().reduce(1, *)
            let scale = Float((4.5 / Double(fanIn)).squareRoot())
            return uniform.map { ($0 * 2 - 1) * scale }
        case "weight", "gain", "scale": return uniform.map { 0.5 + $0 }
        case "bias": return uniform.map { ($0 - 0.5) * 0.2 }
        default: return uniform.map { ($0 - 0.5) * 0.5 }
        }
    }

    /// All tensors that a graph declares.
    ///
    /// `exponents` belong to the batch norms in the sorted order of their names.
    public static func parameters(_ specs: [ParameterSpec], exponents: [Int]) -> ParameterStore {
        let suffix = ".running_var"
        let norms = specs.map(\.name).filter { $0.hasSuffix(suffix) }.map {
            String($0.dropLast(suffix.count))
        }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let exponentOfNorm = Dictionary(zip(norms, exponents)) { first, _ in first }
        var tensors: [String: Tensor] = [:]
        for spec in specs {
            let module = spec.name.split(separator: ".").dropLast().joined(separator: ".")
            let values = values(
                name: spec.name,
                dimensions: spec.dimensions,
                exponent: exponentOfNorm[module] ?? 0
            )
            tensors[spec.name] = Tensor(shape: Shape(spec.dimensions), values: values)
        }
        return ParameterStore(tensors)
    }

    /// The pictures that the records were made with: `[batch, channels, height, width]` in [-1, 1).
    public static func pictures(batch: Int, channels: Int, height: Int, width: Int) -> [Float] {
        uniform(name: "input", count: batch * channels * height * width).map { $0 * 2 - 1 }
    }
}
