import Graph
import Tensors
import Testing
import Weights

/// Checkpoint tensors against a graph's parameters: channels, classes and the account of all names.
@Suite struct SourceWeightsTests {
    /// A graph that has only parameters.
    static func graph(_ parameters: [(String, [Int])]) -> Graph {
        Graph(
            nodes: [],
            input: ValueID(index: 0),
            outputs: [:],
            parameters: parameters.map { ParameterSpec(name: $0.0, dimensions: $0.1) }
        )
    }

    static func zeros(_ shape: Shape, _ dtype: DType = .float32) -> Tensor {
        Tensor.cast([Float](repeating: 0, count: shape.count), to: dtype, shape: shape)
    }

    static func counter() throws -> Tensor {
        let storage = unsafe TensorStorage(byteCount: 8) { _ in }
        return try #require(Tensor(dtype: .int64, shape: [], storage: storage, byteOffset: 0))
    }

    /// A model of one convolution and one classifier.
    static func source(
        stem: Tensor = zeros([2, 3, 2, 1]),
        classifier: Tensor? = zeros([5, 2]),
        others: [String: Tensor] = [:],
        baseChannels: Int = 3
    ) -> SourceWeights {
        var tensors = others
        tensors["stem.weight"] = stem
        tensors["fc.weight"] = classifier
        tensors["fc.bias"] = classifier.map { zeros([$0.shape[0]]) }
        return SourceWeights(
            tensors: tensors,
            modelName: "small.test",
            baseChannels: baseChannels,
            firstConvolutions: ["stem"],
            classifiers: ["fc"]
        )
    }

    static let small = graph([("stem.weight", [2, 3, 2, 1]), ("fc.weight", [5, 2]), ("fc.bias", [5])])

    /// The error of asking `source` for the parameters of `graph`.
    static func failure(
        _ source: SourceWeights,
        _ graph: Graph = small,
        channels: Int = 3,
        classes: Int = 5
    ) -> WeightsError? {
        do {
            _ = try source.parameters(for: graph, inputChannels: channels, classCount: classes)
            return nil
        } catch {
            return error
        }
    }

    // MARK: in_chans

    @Test(arguments: AdaptationCase.all) func adaptsTheFirstConvolutionAsTimm(_ item: AdaptationCase) throws {
        let graph = Self.graph([("stem.weight", item.shape.dimensions)])
        let source = Self.source(stem: item.source, classifier: nil)
        let store = try source.parameters(for: graph, inputChannels: item.inputChannels, classCount: 0)
        let stem = try #require(store["stem.weight"])
        #expect(stem.dtype == item.dtype)
        #expect(stem.shape == item.shape)
        #expect(stem.floats == item.values.map { Float($0) })
    }

    @Test func leavesThreeChannelsAlone() throws {
        let stem = AdaptationCase.all[0].source
        let store = try Self.source(stem: stem).parameters(for: Self.small, inputChannels: 3, classCount: 5)
        #expect(store["stem.weight"]?.storage === stem.storage)
        #expect(store.tensors.keys.sorted() == ["fc.bias", "fc.weight", "stem.weight"])
    }

    @Test func adaptsEveryFirstConvolution() throws {
        var source = Self.source(
            classifier: nil,
            others: ["branch.0.weight": Self.zeros([4, 3, 1, 1], .float16)]
        )
        source.firstConvolutions = ["stem", "branch.0"]
        let graph = Self.graph([("stem.weight", [2, 7, 2, 1]), ("branch.0.weight", [4, 7, 1, 1])])
        let store = try source.parameters(for: graph, inputChannels: 7, classCount: 0)
        #expect(store["branch.0.weight"]?.shape == [4, 7, 1, 1])
        #expect(store["branch.0.weight"]?.dtype == .float16)
    }

    @Test func takesACheckpointTunedOnSuchPicturesAsItIs() throws {
        let stem = Self.zeros([2, 4, 2, 1])
        let graph = Self.graph([("stem.weight", [2, 4, 2, 1])])
        let store = try Self.source(stem: stem, classifier: nil)
            .parameters(for: graph, inputChannels: 4, classCount: 0)
        #expect(store["stem.weight"]?.storage === stem.storage)
    }

    @Test func refusesStemsThatTimmLeavesRandom() {
        let depth = Self.failure(
            Self.source(stem: Self.zeros([2, 48, 3, 3]), classifier: nil),
            Self.graph([("stem.weight", [2, 64, 3, 3])]),
            channels: 4,
            classes: 0
        )
        #expect(depth?.code == .inputChannels)
        #expect(
            depth?.message
                == "the first convolution of small.test, stem.weight of shape [2, 48, 3, 3], cannot be adapted from 3 to 4 "
                + "input channels: its input is rearranged before it (space to depth), and timm would leave it random. "
                + "Use --in-chans 3 or 1"
        )
        let linear = Self.failure(
            Self.source(stem: Self.zeros([8, 48]), classifier: nil),
            Self.graph([("stem.weight", [8, 16])]),
            channels: 1,
            classes: 0
        )
        #expect(linear?.code == .inputChannels)
        #expect(
            linear?.message
                == "the first convolution of small.test, stem.weight of shape [8, 48], cannot be adapted from 3 to 1 input "
                + "channels: it is no convolution over channels, and timm would leave it random. Use --in-chans 3"
        )
    }

    @Test func doesNotTrapOnExtentsWithoutElements() throws {
        for extents in [[0, Int.max, 1, 1], [1, Int.max, 0, 1], [0, 3, Int.max, Int.max]] {
            let storage = unsafe TensorStorage(byteCount: 0) { _ in }
            let stem = try #require(
                Tensor(dtype: .float32, shape: Shape(extents), storage: storage, byteOffset: 0)
            )
            for channels in [1, 4] {
                let error = Self.failure(
                    Self.source(stem: stem, classifier: nil),
                    Self.graph([("stem.weight", [2, channels, 2, 1])]),
                    channels: channels,
                    classes: 0
                )
                #expect(error?.code == .parameters)
            }
        }
    }

    @Test func saysWhichChannelsACheckpointWasTunedFor() {
        for channels in [3, 13] {
            let error = Self.failure(
                Self.source(stem: Self.zeros([2, 4, 2, 1]), classifier: nil),
                Self.graph([("stem.weight", [2, channels, 2, 1])]),
                channels: channels,
                classes: 0
            )
            #expect(
                error?.message
                    == "the checkpoint does not fit small.test: 1 tensor has another shape (stem.weight: expected "
                    + "[2, \(channels), 2, 1], found [2, 4, 2, 1]); the checkpoint was made for 4 input channels: "
                    + "use --in-chans 4"
            )
        }
    }

    // MARK: Classes

    @Test func tellsTheClassesOfACheckpoint() {
        #expect(Self.source().classCount == 5)
        #expect(Self.source(classifier: Self.zeros([7, 2, 1, 1])).classCount == 7)
        #expect(Self.source(classifier: nil).classCount == nil)
    }

    @Test func refusesAnotherNumberOfClasses() {
        let error = Self.failure(Self.source(classifier: Self.zeros([10, 2])))
        #expect(error?.code == .classCount)
        #expect(
            error?.message
                == "the checkpoint of small.test tells 10 classes apart, 5 are asked for; use --num-classes 10, "
                + "or 0 for no classifier"
        )
    }

    @Test func leavesTheClassifierOutWhereNoneIsWanted() throws {
        let graph = Self.graph([("stem.weight", [2, 3, 2, 1])])
        let store = try Self.source().parameters(for: graph, inputChannels: 3, classCount: 0)
        #expect(store.tensors.keys.sorted() == ["stem.weight"])
    }

    @Test func leavesTheClassifiersNormalizationOutWithIt() throws {
        let graph = Self.graph([("stem.weight", [2, 3, 2, 1])])
        var source = Self.source(
            classifier: nil,
            others: ["head.linear.weight": Self.zeros([5, 2]), "head.bn.running_mean": Self.zeros([2])]
        )
        source.classifiers = ["head.linear"]
        let store = try source.parameters(for: graph, inputChannels: 3, classCount: 0)
        #expect(store.tensors.keys.sorted() == ["stem.weight"])
    }

    // MARK: The account

    @Test func dropsCountersOfTrainingSteps() throws {
        let source = Self.source(others: ["bn1.num_batches_tracked": try Self.counter()])
        let store = try source.parameters(for: Self.small, inputChannels: 3, classCount: 5)
        #expect(store.tensors.count == 3)
        let floats = Self.failure(Self.source(others: ["bn1.num_batches_tracked": Self.zeros([])]))
        #expect(floats?.message.contains("1 tensor is unused (bn1.num_batches_tracked [])") == true)
    }

    @Test func listsWhatIsMissingUnusedAndMisshapen() throws {
        var source = Self.source(
            classifier: Self.zeros([5, 3]),
            others: ["head.weight": Self.zeros([5, 2]), "head.bias": Self.zeros([5])]
        )
        source.tensors["fc.bias"] = nil
        let error = Self.failure(source)
        #expect(error?.code == .parameters)
        #expect(
            error?.message
                == "the checkpoint does not fit small.test: 1 tensor is missing (fc.bias [5]); 2 tensors are unused "
                + "(head.bias [5], head.weight [5, 2]); 1 tensor has another shape (fc.weight: expected [5, 2], "
                + "found [5, 3]); is it a checkpoint of another model?"
        )
    }

    @Test func aConfigurationWithoutFirstConvolutionSaysSo() {
        var source = Self.source()
        source.firstConvolutions = []
        let graph = Self.graph([("stem.weight", [2, 1, 2, 1]), ("fc.weight", [5, 2]), ("fc.bias", [5])])
        let error = Self.failure(source, graph, channels: 1)
        #expect(error?.code == .parameters)
        #expect(error?.message.contains("no first_conv") == true, "\(error?.message ?? "no error")")
        #expect(error?.message.hasSuffix("--in-chans 3") == true)
    }

    @Test func listsTheFirstFewNamesAndTheCount() {
        let graph = Self.graph((0..<8).map { ("layer\($0).weight", [$0]) })
        let source = SourceWeights(
            tensors: [:],
            modelName: "small.test",
            baseChannels: 3,
            firstConvolutions: [],
            classifiers: []
        )
        #expect(
            Self.failure(source, graph)?.message
                == "the checkpoint does not fit small.test: 8 tensors are missing (layer0.weight [0], layer1.weight [1], "
                + "layer2.weight [2], layer3.weight [3], layer4.weight [4], ...); is it a checkpoint of another model?"
        )
    }

    @Test func refusesIntegersForAParameter() throws {
        var source = Self.source()
        source.tensors["scale"] = try Self.counter()
        let graph = Self.graph([
            ("stem.weight", [2, 3, 2, 1]), ("fc.weight", [5, 2]), ("fc.bias", [5]), ("scale", []),
        ])
        let error = Self.failure(source, graph)
        #expect(error?.message.contains("(scale: expected [], found int64 [])") == true)
    }
}
