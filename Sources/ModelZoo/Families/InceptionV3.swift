internal import Graph
internal import Tensors

// Inception-V3: blocks of parallel convolutions, large filters split into rows and columns.
//
// Paper: Rethinking the Inception Architecture (https://arxiv.org/abs/1512.00567).
// Source: timm/models/inception_v3.py (timm 1.0.31). Deviation: the auxiliary classifier, which serves training, is not
// built; its tensors in torchvision's checkpoint are left out, as timm leaves them.

/// Inception-V3.
struct InceptionV3: ModelConfiguration, Equatable {
    /// Emits stem, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let layers = InceptionLayers(builder: b)
        var x = try layers.unit(b.input, "Conv2d_1a_3x3", 32, 3, stride: 2)
        x = try layers.unit(x, "Conv2d_2a_3x3", 32, 3)
        x = try layers.unit(x, "Conv2d_2b_3x3", 64, 3, isPadded: true)
        x = try b.maximumPool(x)
        x = try layers.unit(x, "Conv2d_3b_1x1", 80)
        x = try layers.unit(x, "Conv2d_4a_3x3", 192, 3)
        x = try b.maximumPool(x)
        for (name, width) in [("Mixed_5b", 32), ("Mixed_5c", 64), ("Mixed_5d", 64)] {
            x = try b.scope(name) { () throws(GraphError) in try blockA(layers, x, poolWidth: width) }
        }
        x = try b.scope("Mixed_6a") { () throws(GraphError) in try blockB(layers, x) }
        for (name, width) in [("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192)] {
            x = try b.scope(name) { () throws(GraphError) in try blockC(layers, x, width: width) }
        }
        x = try b.scope("Mixed_7a") { () throws(GraphError) in try blockD(layers, x) }
        for name in ["Mixed_7b", "Mixed_7c"] {
            x = try b.scope(name) { () throws(GraphError) in try blockE(layers, x) }
        }
        try b.averagedClassifier(x, classCount: options.classCount, name: "fc")
    }

    private func blockA(_ layers: InceptionLayers, _ x: Value, poolWidth: Int) throws(GraphError) -> Value {
        let one = try layers.unit(x, "branch1x1", 64)
        var five = try layers.unit(x, "branch5x5_1", 48)
        five = try layers.unit(five, "branch5x5_2", 64, 5, isPadded: true)
        var three = try layers.unit(x, "branch3x3dbl_1", 64)
        three = try layers.unit(three, "branch3x3dbl_2", 96, 3, isPadded: true)
        three = try layers.unit(three, "branch3x3dbl_3", 96, 3, isPadded: true)
        let pooled = try layers.unit(layers.averaged(x), "branch_pool", poolWidth)
        return try layers.builder.joined([one, five, three, pooled])
    }

    private func blockB(_ layers: InceptionLayers, _ x: Value) throws(GraphError) -> Value {
        let single = try layers.unit(x, "branch3x3", 384, 3, stride: 2)
        var double = try layers.unit(x, "branch3x3dbl_1", 64)
        double = try layers.unit(double, "branch3x3dbl_2", 96, 3, isPadded: true)
        double = try layers.unit(double, "branch3x3dbl_3", 96, 3, stride: 2)
        return try layers.builder.joined([single, double, layers.builder.maximumPool(x)])
    }

    private func blockC(_ layers: InceptionLayers, _ x: Value, width: Int) throws(GraphError) -> Value {
        let (row, column) = (Extent(height: 1, width: 7), Extent(height: 7, width: 1))
        let one = try layers.unit(x, "branch1x1", 192)
        var seven = try layers.unit(x, "branch7x7_1", width)
        seven = try layers.unit(seven, "branch7x7_2", width, row, isPadded: true)
        seven = try layers.unit(seven, "branch7x7_3", 192, column, isPadded: true)
        var double = try layers.unit(x, "branch7x7dbl_1", width)
        double = try layers.unit(double, "branch7x7dbl_2", width, column, isPadded: true)
        double = try layers.unit(double, "branch7x7dbl_3", width, row, isPadded: true)
        double = try layers.unit(double, "branch7x7dbl_4", width, column, isPadded: true)
        double = try layers.unit(double, "branch7x7dbl_5", 192, row, isPadded: true)
        let pooled = try layers.unit(layers.averaged(x), "branch_pool", 192)
        return try layers.builder.joined([one, seven, double, pooled])
    }

    private func blockD(_ layers: InceptionLayers, _ x: Value) throws(GraphError) -> Value {
        var three = try layers.unit(x, "branch3x3_1", 192)
        three = try layers.unit(three, "branch3x3_2", 320, 3, stride: 2)
        var seven = try layers.unit(x, "branch7x7x3_1", 192)
        seven = try layers.unit(seven, "branch7x7x3_2", 192, Extent(height: 1, width: 7), isPadded: true)
        seven = try layers.unit(seven, "branch7x7x3_3", 192, Extent(height: 7, width: 1), isPadded: true)
        seven = try layers.unit(seven, "branch7x7x3_4", 192, 3, stride: 2)
        return try layers.builder.joined([three, seven, layers.builder.maximumPool(x)])
    }

    private func blockE(_ layers: InceptionLayers, _ x: Value) throws(GraphError) -> Value {
        let one = try layers.unit(x, "branch1x1", 320)
        let three = try layers.unit(x, "branch3x3_1", 384)
        var double = try layers.unit(x, "branch3x3dbl_1", 448)
        double = try layers.unit(double, "branch3x3dbl_2", 384, 3, isPadded: true)
        let pooled = try layers.unit(layers.averaged(x), "branch_pool", 192)
        return try layers.builder.joined([
            one,
            layers.split(three, "branch3x3_2a", "branch3x3_2b", 384),
            layers.split(double, "branch3x3dbl_3a", "branch3x3dbl_3b", 384),
            pooled,
        ])
    }

    /// Leaves the auxiliary classifier out.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try TensorNames.rename(&tensors) { $0.hasPrefix("AuxLogits.") ? nil : $0 }
    }
}

extension ModelFamily {
    /// The architecture of timm/models/inception_v3.py.
    static let inceptionV3 = ModelFamily(
        name: "inception_v3",
        variants: [ModelVariant("inception_v3", InceptionV3())]
    )
}
