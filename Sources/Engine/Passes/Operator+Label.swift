internal import Graph

extension Operator {
    /// The operator's name in tables and messages.
    var label: String {
        switch self {
        case .input: "input"
        case .parameter: "parameter"
        case .constant: "constant"
        case .convolution: "convolution"
        case .linear: "linear"
        case .batchNormalization: "batch norm"
        case .layerNormalization: "layer norm"
        case .rootMeanSquareNormalization: "RMS norm"
        case .groupNormalization: "group norm"
        case .activation(let activation): "\(activation)"
        case .binary(let operation): operation.rawValue
        case .affine: "affine"
        case .pooling(let pooling): pooling.kind == .maximum ? "maximum pooling" : "average pooling"
        case .reduction(let kind, _, _): "\(kind.rawValue) over axes"
        case .matrixProduct: "matrix product"
        case .longShortTermMemory: "LSTM"
        case .softmax: "softmax"
        case .reshape: "reshape"
        case .transpose: "transpose"
        case .slice: "slice"
        case .concatenation: "concatenation"
        case .gather: "gather"
        case .roll: "roll"
        case .padding: "padding"
        case .resample: "resample"
        case .broadcastToBatch: "broadcast to batch"
        }
    }
}
