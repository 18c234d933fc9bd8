import Graph
import ModelZoo
import Tensors
import Testing

/// Checkpoints under names that are not timm's: what each family's `checkpoint_filter_fn` changes.
@Suite struct ForeignCheckpointTests {
    private struct Entry: Decodable {
        var name: String
        var shape: [Int]
        var float: Bool
    }

    /// A tensor of one byte an element: names and shapes matter here.
    private static func tensor(_ shape: [Int], isFloat: Bool = true) -> Tensor? {
        let shape = Shape(shape)
        let storage = unsafe TensorStorage(byteCount: shape.count) { _ in }
        return Tensor(dtype: isFloat ? .uint8 : .bool, shape: shape, storage: storage, byteOffset: 0)
    }

    private static func parameters(_ name: String) throws -> [String: [Int]] {
        let architecture = try ModelRegistry.architecture(named: name)
        let size = architecture.defaultTag.inputSize
        let classes = architecture.defaultTag.classCount
        let graph = try architecture.graph(
            BuildOptions(height: size[1], width: size[2], classCount: classes)
        )
        return Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.dimensions) })
    }

    private static func remapped(_ name: String, _ tensors: [String: Tensor]) throws -> [String: Tensor] {
        var tensors = tensors
        try ModelRegistry.architecture(named: name).remapCheckpoint(&tensors)
        return tensors
    }

    /// Whole state dicts of torchvision; the auxiliary classifier of Inception-V3 is left out.
    @Test(arguments: ["regnety_008_tv", "vgg11_bn", "inception_v3"])
    func torchvisionsBecomeTimms(_ name: String) throws {
        var tensors: [String: Tensor] = [:]
        for entry in try Fixture.lines("\(name).names", as: Entry.self) {
            tensors[entry.name] = Self.tensor(entry.shape, isFloat: entry.float)
        }
        let floats = try Self.remapped(name, tensors).filter { $0.value.dtype == .uint8 }
        #expect(floats.mapValues { $0.shape.dimensions } == (try Self.parameters(name)))
    }

    /// torchvision's checkpoints from before layers lost the dot in their names.
    @Test func olderDenseNetsBecomeTimms() throws {
        let expected = try Self.parameters("densenet121")
        var tensors: [String: Tensor] = [:]
        for (name, shape) in expected {
            let older = name.replacing(/(denselayer\d+\.(?:norm|conv))([12]\.)/) { "\($0.1).\($0.2)" }
            tensors[older] = Self.tensor(shape)
        }
        #expect(tensors["features.denseblock1.denselayer2.norm.1.running_mean"] != nil)
        let result = try Self.remapped("densenet121", tensors)
        #expect(result.mapValues { $0.shape.dimensions } == expected)
    }

    @Test(
        arguments: [
            ("resnet50_clip", "visual.conv2.weight", "stem.conv2.conv.weight"),
            ("resnet50_clip", "visual.bn3.running_var", "stem.conv3.bn.running_var"),
            ("resnet50_clip", "visual.layer2.3.conv3.weight", "stages.1.3.conv3_1x1.conv.weight"),
            ("resnet50_clip", "visual.layer4.0.bn2.bias", "stages.3.0.conv2_kxk.bn.bias"),
            ("resnet50_clip", "visual.layer1.0.downsample.0.weight", "stages.0.0.shortcut.conv.conv.weight"),
            ("resnet50_clip", "visual.layer1.0.downsample.1.bias", "stages.0.0.shortcut.conv.bn.bias"),
            ("resnet50_clip", "visual.attnpool.positional_embedding", "head.pos_embed"),
            ("resnet50_clip", "visual.attnpool.c_proj.bias", "head.proj.bias"),
            ("resnet50_clip", "visual.attnpool.k_proj.weight", "head.k.weight"),
            (
                "ghostnetv3_100", "blocks.0.0.ghost1.primary_rpr_conv.0.bn.weight",
                "blocks.0.0.ghost1.primary_rpr_conv.0.bn1.weight"
            ),
            ("ghostnetv3_100", "blocks.1.0.dw_rpr_scale.bn.bias", "blocks.1.0.dw_rpr_scale.bn1.bias"),
        ]
    )
    func namesBecomeTimms(_ model: String, _ name: String, _ expected: String) throws {
        var tensors = [name: try #require(Self.tensor([1]))]
        if name.hasPrefix("visual.") { tensors["visual.conv1.weight"] = Self.tensor([1]) }
        let result = try Self.remapped(model, tensors)
        #expect(result[expected] != nil, "\(result.keys.sorted())")
        #expect((try Self.parameters(model))[expected] != nil)
    }

    @Test func whatNoLayerReadsIsLeftOut() throws {
        let one = try #require(Self.tensor([1]))
        let clip = ["visual.conv1.weight": one, "visual.attnpool.q_proj.bias": one, "logit_scale": one]
        #expect(try Self.remapped("resnet50_clip_gap", clip).keys.sorted() == ["stem.conv1.conv.weight"])
        let ghost = ["blocks.0.0.ghost1.total_ops": one, "conv_stem.weight": one]
        #expect(try Self.remapped("ghostnetv3_100", ghost).keys.sorted() == ["conv_stem.weight"])
        let dla = ["level3.project.0.weight": one, "level3.tree1.project.0.weight": one, "fc.bias": one]
        let kept = ["fc.bias", "level3.tree1.project.0.weight"]
        #expect(try Self.remapped("dla34", dla).keys.sorted() == kept)
    }

    @Test func refusesAMisshapenWideLayer() throws {
        let tensors = ["classifier.0.weight": try #require(Self.tensor([3, 5]))]
        let error = #expect(throws: ModelZooError.self) { try Self.remapped("vgg11", tensors) }
        #expect(error?.message.contains("classifier.0.weight") == true)
    }
}
