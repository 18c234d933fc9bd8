import Graph
import ModelZoo
import Tensors
import Testing

/// TResNet's authors' checkpoints, whose scales are those of an in-place normalisation.
@Suite struct TResNetCheckpointTests {
    @Test(
        arguments: [
            ("body.conv1.0.weight", "body.conv1.conv.weight"),
            ("body.conv1.1.running_var", "body.conv1.bn.running_var"),
            ("body.layer1.0.conv1.0.0.weight", "body.layer1.0.conv1.conv.weight"),
            ("body.layer1.0.conv1.0.1.bias", "body.layer1.0.conv1.bn.bias"),
            ("body.layer3.2.conv3.0.weight", "body.layer3.2.conv3.conv.weight"),
            ("body.layer2.0.downsample.1.0.weight", "body.layer2.0.downsample.1.conv.weight"),
            ("body.layer2.0.downsample.1.1.weight", "body.layer2.0.downsample.1.bn.weight"),
            ("body.layer2.0.se.fc1.bias", "body.layer2.0.se.fc1.bias"),
            ("head.fc.bias", "head.fc.bias"),
        ]
    )
    func namesBecomeTimms(_ name: String, _ expected: String) throws {
        var tensors = [name: Tensor(shape: [1], values: [1])]
        let architecture = try ModelRegistry.architecture(named: "tresnet_m")
        try architecture.remapCheckpoint(&tensors)
        #expect(Array(tensors.keys) == [expected])
        let graph = try architecture.graph(BuildOptions(height: 64, width: 64, classCount: 10))
        #expect(graph.parameters.contains { $0.name == expected })
    }

    @Test func scalesBecomePositive() throws {
        var tensors = [
            "body.conv1.1.weight": Tensor(shape: [3], values: [-0.5, 0, 2]),
            "body.conv1.1.bias": Tensor(shape: [3], values: [-0.5, 0, 2]),
        ]
        try ModelRegistry.architecture(named: "tresnet_m").remapCheckpoint(&tensors)
        #expect(tensors["body.conv1.bn.weight"]?.floats == [0.50001, 1e-5, 2.00001])
        #expect(tensors["body.conv1.bn.bias"]?.floats == [-0.5, 0, 2])
    }

    @Test func timmsOwnStayAsTheyAre() throws {
        var tensors = [
            "body.conv1.conv.weight": Tensor(shape: [1], values: [1]),
            "body.conv1.bn.weight": Tensor(shape: [1], values: [-1]),
        ]
        try ModelRegistry.architecture(named: "tresnet_m").remapCheckpoint(&tensors)
        #expect(tensors["body.conv1.bn.weight"]?.floats == [-1])
    }

    @Test func refusesPicturesOfBrokenSquares() throws {
        let architecture = try ModelRegistry.architecture(named: "tresnet_m")
        let error = #expect(throws: GraphError.self) {
            try architecture.graph(BuildOptions(height: 150, width: 97, classCount: 10))
        }
        #expect(error?.code == .unsupportedConfiguration)
        #expect(error?.message.contains("use 152x96 pixels") == true)
    }
}
