internal import Tensors

/// The names of EfficientNet-PyTorch (https://github.com/lukemelas/EfficientNet-PyTorch), and timm's for them.
///
/// There the blocks are counted through all stages, and a block's layers have one set of names whatever its kind.
struct EfficientNetPyTorchNames {
    private let blocks: [(path: String, kind: MobileBlock.Kind)]

    /// The names of an architecture of these stages.
    init(blocks: [[PlannedBlock]]) {
        self.blocks = blocks.enumerated().flatMap { stage, row in
            row.enumerated().map { ("blocks.\(stage).\($0)", $1.block.kind) }
        }
    }

    private static let ends = [
        "_conv_stem": "conv_stem", "_bn0": "bn1", "_conv_head": "conv_head", "_bn1": "bn2",
        "_fc": "classifier",
    ]
    private static let gate = ["_se_reduce": "se.conv_reduce", "_se_expand": "se.conv_expand"]
    private static let separable = [
        "_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2",
    ]
    private static let inverted = [
        "_expand_conv": "conv_pw", "_bn0": "bn1", "_depthwise_conv": "conv_dw", "_bn1": "bn2",
        "_project_conv": "conv_pwl", "_bn2": "bn3",
    ]

    /// Renames every tensor.
    func rename(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        var renamed: [String: Tensor] = [:]
        for (name, tensor) in tensors {
            let timmName = try self.timmName(name)
            guard renamed.updateValue(tensor, forKey: timmName) == nil else {
                throw ModelZooError(
                    code: .duplicateTensor,
                    message: "two tensors of the checkpoint are \(timmName) in timm's names"
                )
            }
        }
        tensors = renamed
    }

    private func timmName(_ name: String) throws(ModelZooError) -> String {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.first == "_blocks", parts.count > 2 else {
            guard let end = parts.first.flatMap({ Self.ends[$0] }) else { throw unknown(name) }
            return ([end] + parts.dropFirst()).joined(separator: ".")
        }
        guard let index = Int(parts[1]), blocks.indices.contains(index) else {
            throw ModelZooError(
                code: .unknownTensor,
                message:
                    "the checkpoint's tensor \(name) belongs to block \(parts[1]), but the architecture has "
                    + "\(blocks.count) blocks: these are the weights of another architecture"
            )
        }
        let (path, kind) = blocks[index]
        let layers: [String: String]
        switch kind {
        case .depthwiseSeparable: layers = Self.separable
        case .invertedResidual: layers = Self.inverted
        case .edgeResidual, .convolution, .universal, .attention: layers = [:]
        }
        guard let layer = layers[parts[2]] ?? Self.gate[parts[2]] else { throw unknown(name) }
        return ([path, layer] + parts.dropFirst(3)).joined(separator: ".")
    }

    private func unknown(_ name: String) -> ModelZooError {
        ModelZooError(
            code: .unknownTensor,
            message:
                "the checkpoint follows the names of EfficientNet-PyTorch, but its tensor \(name) has no place "
                + "in this architecture: are these its weights?"
        )
    }
}
