import Crypto
import Foundation
import Graph
import ModelZoo
import Testing

@Suite struct ArchitectureTests {
    private struct Shapes: Decodable {
        var model: String
        var size: [Int]
        var output: [Int]
        var embedding: [Int]?
    }

    private struct Learned: Decodable {
        var model: String
        var parameters: Int
        var features: [Int]
        var work: Int?
    }

    private static func graph(
        _ name: String,
        channels: Int = 3,
        size: [Int]? = nil,
        classCount: Int? = nil
    ) throws -> Graph {
        let architecture = try ModelRegistry.architecture(named: name)
        let tag = architecture.defaultTag
        let size = size ?? Array(tag.inputSize.dropFirst())
        return try architecture.graph(
            BuildOptions(
                inputChannels: channels,
                height: size[0],
                width: size[1],
                classCount: classCount ?? tag.classCount
            )
        )
    }

    private static func manifest(_ graph: Graph) -> String {
        let lines = graph.parameters.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            .map { "\($0.name) \($0.dimensions.map(String.init).joined(separator: "x"))\n" }
        let digest = SHA256.hash(data: Data(lines.joined().utf8))
        return digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    @Test(arguments: ModelRegistry.architectureNames)
    func namesAndShapesEqualTimms(_ name: String) throws {
        let expected = try #require(Self.manifests[name])
        let graph = try Self.graph(name)
        #expect(graph.parameters.count == expected.tensors)
        #expect(ModelSummary(graph).checkpointCount == expected.parameters)
        #expect(Self.manifest(graph) == expected.manifestSha256)
    }

    private static let manifests: [String: Manifest] = {
        do {
            return Dictionary(
                uniqueKeysWithValues: try Fixture.lines("manifests", as: Manifest.self).map { ($0.model, $0) }
            )
        } catch {
            Issue.record(error)
            return [:]
        }
    }()

    @Test func outputsHaveTimmsShapes() throws {
        let registered = Set(ModelRegistry.architectureNames)
        let records = try Fixture.lines("shapes", as: Shapes.self).filter { registered.contains($0.model) }
        #expect(records.count > 150)
        for record in records {
            let graph = try Self.graph(record.model, size: record.size)
            let logits = try #require(graph.outputs[.logits])
            #expect(graph[logits].type.extents == record.output, "\(record.model)")
            let embedding = try #require(graph.outputs[.embedding])
            if let shape = record.embedding {
                #expect(graph[embedding].type.extents == shape, "\(record.model)")
            }
        }
    }

    @Test func featuresParametersAndWorkEqualTimms() throws {
        for expected in try Fixture.lines("learned", as: Learned.self) {
            let graph = try Self.graph(expected.model, size: [128, 160])
            let features = try #require(graph.outputs[.features])
            #expect(graph[features].type.extents == expected.features, "\(expected.model)")
            let summary = ModelSummary(graph)
            #expect(summary.parameterCount == expected.parameters, "\(expected.model)")
            if let work = expected.work { #expect(summary.multiplyAccumulates == work, "\(expected.model)") }
        }
    }

    @Test(arguments: ModelRegistry.architectureNames)
    func onlyFirstConvolutionsDependOnChannels(_ name: String) throws {
        let tag = try ModelRegistry.resolve(name)
        let size = tag.hasFixedInputSize || tag.minimumInputSize != nil ? nil : [96, 96]
        guard !tag.firstConvolutions.isEmpty else {
            // timm has nothing to adapt: the stem takes three channels.
            let error = #expect(throws: GraphError.self) {
                try Self.graph(name, channels: 5, size: size)
            }
            #expect(error?.code == .unsupportedConfiguration)
            return
        }
        let three = try Self.graph(name, size: size).parameters
        let five = try Self.graph(name, channels: 5, size: size).parameters
        let differing = zip(three, five).filter { $0 != $1 }.map(\.0.name)
        #expect(differing.sorted() == tag.firstConvolutions.map { $0 + ".weight" }.sorted())
    }

    /// All but Gemma's encoder, which has no head in timm and gives its map whatever the classes.
    private static let namesWithHeads = ModelRegistry.architectureNames.filter {
        $0 != "mobilenetv5_300m_enc"
    }

    @Test(arguments: namesWithHeads)
    func onlyClassifiersDependOnClasses(_ name: String) throws {
        let tag = try ModelRegistry.resolve(name)
        let size = tag.hasFixedInputSize || tag.minimumInputSize != nil ? nil : [96, 96]
        let bare = try Self.graph(name, size: size, classCount: 0)
        #expect(bare.outputs[.logits] == bare.outputs[.embedding])
        // Towers without a classifier; timm's configuration of Gemma's names one all the same.
        guard !name.contains("_vit_") || !name.hasSuffix("_enc") else {
            let error = #expect(throws: GraphError.self) {
                try Self.graph(name, size: size, classCount: 7)
            }
            #expect(error?.code == .unsupportedConfiguration)
            return
        }
        let classified = try Self.graph(name, size: size, classCount: 7)
        let names = Set(classified.parameters.map(\.name)).subtracting(bare.parameters.map(\.name))
        // Classifiers of LeViT's kind take a normalisation of their own with them.
        let layers = names.filter { !$0.contains(".bn.") }
        // timm's untagged configuration of LeViT-384-s8 forgets the head of the distilled token.
        let forgotten = name.hasPrefix("levit") && name.hasSuffix("384_s8") ? ["head_dist.linear"] : []
        let classifiers = tag.classifiers + forgotten
        #expect(layers == Set(classifiers.flatMap { [$0 + ".weight", $0 + ".bias"] }))
        let logits = try #require(classified.outputs[.logits])
        #expect(classified[logits].type.extents == [1, 7])
    }

    @Test func encodersGiveTheirMap() throws {
        let graph = try Self.graph("mobilenetv5_300m_enc", size: [96, 96], classCount: 7)
        #expect(graph.outputs[.logits] == graph.outputs[.features])
        let logits = try #require(graph.outputs[.logits])
        #expect(graph[logits].type.extents == [1, 2048, 16, 16])
        let embedding = try #require(graph.outputs[.embedding])
        #expect(graph[embedding].type.extents == [1, 2048])
    }

    @Test func extendsEdgesAsTensorFlowDoes() throws {
        func stem(_ name: String, _ size: [Int]) throws -> Edges? {
            for node in try Self.graph(name, size: size).nodes {
                if case .convolution(let convolution) = node.operation { return convolution.padding }
            }
            return nil
        }
        #expect(
            try stem("tf_efficientnet_lite0", [224, 224]) == Edges(top: 0, left: 0, bottom: 1, right: 1)
        )
        #expect(
            try stem("tf_efficientnet_lite0", [225, 224]) == Edges(top: 1, left: 0, bottom: 1, right: 1)
        )
        #expect(try stem("efficientnet_lite0", [224, 224]) == Edges(1))
    }

    @Test func pretrainedWeightsOfFBNetWantAnotherEpsilon() throws {
        func epsilons(_ origin: BuildOptions.WeightOrigin) throws -> Set<Float> {
            let options = BuildOptions(height: 64, width: 64, classCount: 10, weightOrigin: origin)
            let graph = try ModelRegistry.architecture(named: "fbnetc_100").graph(options)
            return Set(
                graph.nodes.compactMap { node in
                    if case .batchNormalization(let epsilon) = node.operation { return epsilon }
                    return nil
                }
            )
        }
        #expect(try epsilons(.pretrained) == [1e-3])
        #expect(try epsilons(.initialized) == [1e-5])
    }

    @Test func refusesWhatItCannotBuild() throws {
        let resNet = try ModelRegistry.architecture(named: "resnetblur50")
        let small = #expect(throws: GraphError.self) {
            try resNet.graph(BuildOptions(height: 1, width: 1, classCount: 10))
        }
        #expect(small?.code == .shape)
        let empty = #expect(throws: GraphError.self) {
            try resNet.graph(BuildOptions(inputChannels: 0, height: 224, width: 224, classCount: 10))
        }
        #expect(empty?.code == .unsupportedConfiguration)
    }
}
