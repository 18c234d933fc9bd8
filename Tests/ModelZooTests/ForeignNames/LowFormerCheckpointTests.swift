import ModelZoo
import Tensors
import Testing

/// The papers' names of LowFormer and CPUBone, as timm's `checkpoint_filter_fn` changes them.
@Suite struct LowFormerCheckpointTests {
    private static func remapped(_ model: String, _ values: [String: [Float]]) throws -> [String: [Float]] {
        var tensors = values.mapValues { Tensor(shape: Shape([$0.count]), values: $0) }
        try ModelRegistry.architecture(named: model).remapCheckpoint(&tensors)
        return tensors.mapValues(\.floats)
    }

    @Test(
        arguments: [
            ("lowformer_b0", "backbone.input_stem.op_list.0.conv.weight", "stem.0.conv.weight"),
            (
                "lowformer_b0", "backbone.stages.2.op_list.1.total.0.0.main.1.conv_proj.1.running_mean",
                "stages.2.1.attn.main.1.conv_proj.norm.running_mean"
            ),
            (
                "lowformer_b0", "backbone.stages.2.op_list.1.total.0.0.main.1.pwise.0.weight",
                "stages.2.1.attn.main.1.pwise.weight"
            ),
            (
                "lowformer_b0", "backbone.stages.2.op_list.1.total.0.1.main.3.bias",
                "stages.2.1.mlp.main.3.bias"
            ),
            (
                "lowformer_e3", "backbone.stages.3.op_list.2.total.0.main.conv_proj.0.weight",
                "stages.3.2.attn.main.conv_proj.conv.weight"
            ),
            (
                "lowformer_b0", "backbone.stages.3.op_list.2.total.1.main.depth_conv.conv.bias",
                "stages.3.2.local.main.depth_conv.conv.bias"
            ),
            ("lowformer_b0", "head.opseq.op_list.0.norm.weight", "in_conv.norm.weight"),
            ("lowformer_b0", "head.op_list.2.linear.weight", "pre_classifier.0.weight"),
            ("lowformer_b0", "head.op_list.2.norm.bias", "pre_classifier.1.bias"),
            ("lowformer_b0", "head.op_list.3.linear.bias", "classifier.bias"),
            (
                "cpubone_nano", "backbone.stages.2.op_list.1.total.0.0.main.1.conv_proj.0.weight",
                "stages.2.1.total.0.0.main.1.conv_proj.conv.weight"
            ),
            ("cpubone_nano", "head.op_list.2.norm.bias", "head.pre_classifier.norm.bias"),
            ("cpubone_nano", "head.op_list.3.linear.weight", "head.classifier.linear.weight"),
        ]
    )
    func namesBecomeTimms(_ model: String, _ name: String, _ expected: String) throws {
        #expect(try Self.remapped(model, [name: [1]]) == [expected: [1]])
    }

    @Test func biasesGoIntoTheMeansOfLaterBatchNorms() throws {
        let path = "stages.3.2.total.1.main."
        let values: [String: [Float]] = [
            path + "inverted_conv.conv.bias": [1, 2], path + "inverted_conv.norm.running_mean": [5, 5],
            path + "depth_conv.conv.1.bias": [3], path + "depth_conv.norm.running_mean": [4],
        ]
        let expected: [String: [Float]] = [
            path + "inverted_conv.norm.running_mean": [4, 3], path + "depth_conv.norm.running_mean": [1],
        ]
        #expect(try Self.remapped("cpubone_b0_bfrobust", values) == expected)
        #expect(try Self.remapped("cpubone_b1_dwnorm", values) == values)
    }
}
