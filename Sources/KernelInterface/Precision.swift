/// How the numbers of matrix work are computed.
public enum Precision: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// IEEE single precision throughout: the reference.
    case float32
    /// Weights and inputs of matrix work rounded to bfloat16 (8 bits of significand), sums in float32.
    ///
    /// Everything else stays float32: stems, depthwise and grouped convolutions, 3x3 convolutions by Winograd's tiles of
    /// 4x4 outputs, few rows (classifiers, gates), norms, softmax, products of two activations outside of attention.
    case bfloat16

    /// The precision of this name: `float32`, `fp32`, `bfloat16` or `bf16`; nil for another name.
    public init?(parsing name: String) {
        switch name {
        case "float32", "fp32": self = .float32
        case "bfloat16", "bf16": self = .bfloat16
        default: return nil
        }
    }

    /// The name on the command line: `fp32`, `bf16`.
    public var shortName: String {
        switch self {
        case .float32: "fp32"
        case .bfloat16: "bf16"
        }
    }

    /// The name in rows: `float32`, `bfloat16`.
    public var description: String { rawValue }
}
