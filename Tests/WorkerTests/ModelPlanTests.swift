import JobQueue
import ModelZoo
import Tensors
import Testing
import Weights
import Worker

@Suite("Model plan")
struct ModelPlanTests {
    private func plan(
        _ model: String = "resnet34",
        channels: Int = 3,
        change: (inout JobOptions) -> Void = { _ in }
    ) throws -> ModelPlan {
        var options = JobOptions()
        change(&options)
        return try ModelPlan(
            model: NamedModel(ModelRegistry.resolve(model)),
            inputChannels: channels,
            options: options
        )
    }

    @Test("The tag decides where the job says nothing")
    func tagDecides() throws {
        let plan = try plan("tf_efficientnet_lite0")
        #expect(plan.tag.fullName == "tf_efficientnet_lite0.in1k")
        #expect([plan.input.height, plan.input.width] == [224, 224])
        #expect(plan.input.interpolation == .bicubic)
        #expect(plan.input.mean == [0.5, 0.5, 0.5])
        #expect(plan.build.classCount == 1000)
    }

    @Test("The test size is the tag's")
    func testSize() throws {
        let plan = try plan { $0.usesTestSize = true }
        #expect([plan.input.height, plan.input.width] == [288, 288])
        #expect(plan.input.cropFraction == 1)
    }

    @Test("What the job says wins")
    func jobWins() throws {
        let plan = try plan(channels: 2) { options in
            options.inputSize = [2, 96, 128]
            options.cropFraction = 0.5
            options.cropMode = "border"
            options.interpolation = "lanczos"
            options.mean = [0.25]
            options.standardDeviation = [0.5, 0.75]
            options.classCount = 0
        }
        #expect([plan.build.inputChannels, plan.build.height, plan.build.width] == [2, 96, 128])
        #expect(plan.input.cropFraction == 0.5)
        #expect(plan.input.cropMode == .border)
        #expect(plan.input.interpolation == .lanczos)
        #expect(plan.input.mean == [0.25, 0.25])
        #expect(plan.input.standardDeviation == [0.5, 0.75])
        #expect(plan.build.classCount == 0)
    }

    @Test("Mean and deviation of another channel count are timm's averages")
    func averagedMean() throws {
        let plan = try plan(channels: 4)
        let mean = Float((0.485 + 0.456 + 0.406) / 3)
        #expect(plan.input.mean.count == 4)
        for value in plan.input.mean { #expect(abs(value - mean) < 1e-6) }
    }

    @Test(
        "Words that contradict each other fail the job",
        arguments: [
            "input_size", "crop_mode", "interpolation", "mean", "std", "crop_pct", "float32 or bfloat16",
            "features",
        ]
    )
    func contradictions(word: String) {
        let failure = #expect(throws: RowFailure.self) { try plan { Self.spoil(&$0, word) } }
        #expect(failure?.disposition == .failJob)
        #expect(failure?.message.contains(word) == true)
    }

    private static func spoil(_ options: inout JobOptions, _ word: String) {
        switch word {
        case "input_size": options.inputSize = [4, 32, 32]
        case "crop_mode": options.cropMode = "zoom"
        case "interpolation": options.interpolation = "sinc"
        case "mean": options.mean = [0.5, 0.5]
        case "std": options.standardDeviation = [0]
        case "crop_pct": options.cropFraction = 0
        case "float32 or bfloat16": options.precision = "int4"
        default: options.outputTypes = [.features]
        }
    }

    @Test("The key changes with what decides the model and with nothing else")
    func modelKey() throws {
        func key(_ plan: ModelPlan, sha: String = "a", classes: Int = 1000) -> ModelKey {
            plan.key(weightsSHA256: sha, classCount: classes)
        }
        let base = key(try plan())
        #expect(key(try plan { $0.cropFraction = 0.5 }) == base)
        #expect(key(try plan { $0.outputTypes = [.embedding] }) == base)
        let others = [
            key(try plan("resnet50")), key(try plan(channels: 1)), key(try plan { $0.imageSize = 128 }),
            key(try plan(), sha: "b"), key(try plan(), classes: 10),
            key(try plan { $0.precision = "bfloat16" }),
            key(
                try plan { options in
                    options.outputTypes = [.features]
                    options.outputURI = "/data"
                }
            ),
        ]
        #expect(Set(others + [base]).count == 8)
    }
}
