import JobQueue
import ModelZoo
import Testing
import Weights
import Worker

@Suite("Output selection")
struct OutputSelectionTests {
    private let model: NamedModel

    init() throws { model = try NamedModel(ModelRegistry.resolve("resnet34")) }

    private func options(_ types: [JobOptions.OutputType], labelType: String? = nil) -> JobOptions {
        var options = JobOptions()
        options.outputTypes = types
        options.labelType = labelType
        return options
    }

    private var imageNetLogits: [Float] {
        var logits = [Float](repeating: 0, count: 1000)
        logits[281] = 9
        logits[285] = 8
        return logits
    }

    @Test(
        "Labels as timm writes them",
        arguments: [
            (nil, ["tabby, tabby cat"]), ("description", ["tabby, tabby cat"]), ("name", ["n02123045"]),
            ("detail", ["n02123045: tabby, tabby cat"]), ("none", []),
        ] as [(String?, [String])]
    )
    func labels(style: String?, expected: [String]) throws {
        var job = options([.prob], labelType: style)
        job.topK = 1
        let selection = try OutputSelection(job, model: model, classCount: 1000)
        let prediction = try selection.prediction(logits: imageNetLogits, embedding: [])
        #expect(prediction.index == [281])
        #expect(prediction.label == expected)
        #expect(prediction.logit == nil)
        #expect(prediction.embedding == nil)
    }

    @Test("Classes that are not ImageNet's have numbers only")
    func unknownClassesHaveNoLabels() throws {
        let selection = try OutputSelection(options([.prob]), model: model, classCount: 3)
        let prediction = try selection.prediction(logits: [0, 2, 1], embedding: [])
        #expect(prediction.index == [1, 2, 0])
        #expect(prediction.label.isEmpty)
    }

    @Test("Vectors are kept as they are")
    func vectorsAreKept() throws {
        let selection = try OutputSelection(options([.logit, .embedding]), model: model, classCount: 3)
        let prediction = try selection.prediction(logits: [0, 2, 1], embedding: [4, 5])
        #expect(prediction.logit == [0, 2, 1])
        #expect(prediction.embedding == [4, 5])
        #expect(prediction.index.isEmpty)
    }

    @Test("Values that are no numbers are no answer", arguments: [Float.nan, .infinity, -.infinity])
    func nonFiniteValuesFail(value: Float) throws {
        let selection = try OutputSelection(options([.prob, .embedding]), model: model, classCount: 3)
        let logitError = #expect(throws: WorkerError.self) {
            try selection.prediction(logits: [0, value, 1], embedding: [1])
        }
        #expect(logitError?.code == .notFinite)
        #expect(logitError?.message.contains("position 1 of 3") == true)
        #expect(throws: WorkerError.self) { try selection.prediction(logits: [0, 1, 1], embedding: [value]) }
    }

    @Test("An unknown label type fails the job")
    func unknownLabelType() {
        let failure = #expect(throws: RowFailure.self) {
            try OutputSelection(options([.prob], labelType: "poem"), model: model, classCount: 3)
        }
        #expect(failure?.disposition == .failJob)
        #expect(failure?.message.contains("name, description, detail") == true)
    }
}
