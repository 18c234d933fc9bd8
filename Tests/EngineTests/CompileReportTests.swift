import Engine
import Graph
import KernelInterface
import Testing

/// What the passes make of a net, read from the report.
struct CompileReportTests {
    private func report(_ name: String, batch: Int = 4, caches: CacheSizes? = nil) throws -> CompileReport {
        let net = try #require(NetCase.all.first { $0.name == name })
        return try net.run().compile(maximumBatch: batch, threads: ThreadPool(count: 1), caches: caches)
            .report
    }

    @Test func normsActivationsAndShortcutsAreFused() throws {
        let steps = try report("residual blocks").steps
        #expect(
            steps.map(\.operation) == [
                "convolution + batch norm + relu", "convolution + batch norm + relu",
                "convolution + batch norm + add + relu", "convolution + batch norm + relu",
                "convolution + batch norm", "convolution + batch norm + add + relu", "mean over axes",
                "linear",
                "output features",
            ]
        )
        #expect(steps[0].path == "stem.conv")
        #expect(steps[0].multiplyAccumulates == 24 * 3 * 9 * 64)
        #expect(steps[0].outputShape == [1, 24, 8, 8])
        #expect(steps.allSatisfy { !$0.kernel.isEmpty && $0.activationByteCount > 0 })
    }

    @Test func aSumThatIsReadTwiceTakesNoActivation() throws {
        let operations = try report("pre-activation and shared values").steps.map(\.operation)
        #expect(
            operations == [
                "convolution + batch norm", "batch norm + relu", "convolution + batch norm + silu",
                "convolution + batch norm + add", "add", "tanh", "multiply", "output features",
            ]
        )
    }

    @Test func paddingAndScalesDisappear() throws {
        let operations = try report("layer scale and constant padding").steps.map(\.operation)
        #expect(
            operations == [
                "convolution + multiply constant + affine", "maximum pooling", "output features",
            ]
        )
    }

    @Test func aSqueezeAndExcitationGateIsOneMultiplication() throws {
        let steps = try report("mobile block with squeeze and excitation").steps
        #expect(steps.filter { $0.operation == "channel gate" }.count == 1)
        #expect(!steps.contains { $0.kernel.hasPrefix("layout.blocking") })
    }

    @Test func branchesAreWrittenIntoTheirConcatenation() throws {
        let steps = try report("branches joined in place").steps
        // The one slice that begins inside a block is copied, nothing else.
        #expect(steps.filter { $0.kernel.hasPrefix("copy") }.map(\.operation) == ["slice"])
        #expect(steps.filter { $0.operation == "concatenation" }.isEmpty)
    }

    @Test func theJoinsOfADenseBlockAreOneRunOfMemory() throws {
        let report = try report("dense block", batch: 1)
        #expect(report.steps.filter { $0.kernel.hasPrefix("copy") }.isEmpty)
        // Features that are views count with their own channels: 32 in, 32 out.
        let norm = try #require(report.steps.first { $0.path == "norm0" })
        #expect(norm.activationByteCount == 2 * 32 * 100 * 4)
        // The block's 96 channels, and of the same size what the last layers add up.
        #expect(report.arenaByteCount < 4 * 96 * 100 * 4)
    }

    @Test func whatEndsInsideOfABlockIsWrittenInPlaceWhileNobodyReadsBehindIt() throws {
        let copies = try report("parts that end inside of a block").steps.filter {
            $0.kernel.hasPrefix("copy")
        }
        // Of each ghost module the cheap half; of what is read later, every part; and a slice that ends so.
        let joins = copies.filter { $0.operation == "concatenation" }
        #expect(joins.map(\.inputShapes.count) == [2, 2, 2, 2, 3, 3])
        #expect(copies.count - joins.count == 1)
    }

    @Test func whatFollowsAJoinOfConvolutionsIsFusedIntoThem() throws {
        let operations = try report("filters of several sizes").steps.map(\.operation)
        #expect(operations.filter { $0 == "convolution + batch norm + silu" }.count == 3)
        #expect(operations.filter { $0 == "convolution + batch norm" }.count == 2)
        #expect(operations.filter { $0 == "relu" }.count == 1)
        #expect(operations.allSatisfy { !$0.hasPrefix("batch norm") })
    }

    @Test func constantsAreComputedAtCompileTime() throws {
        let operations = try report("standardised weights").steps.map(\.operation)
        #expect(operations == ["convolution", "output features"])
    }

    @Test(arguments: [
        ("self-attention", ["transpose", "linear", "attention", "linear"]),
        ("attention of windows with bias and mask", ["transpose", "linear", "attention"]),
        ("attention with features before positions", ["convolution", "to rows", "attention"]),
        ("attention to fewer keys", ["transpose", "linear", "slice", "linear", "attention"]),
    ])
    func attentionIsOneStep(name: String, operations: [String]) throws {
        #expect(try report(name).steps.map(\.operation) == operations + ["output features"])
    }

    @Test func weightsThatAreReadTwiceStay() throws {
        let operations = try report("attention whose weights are read twice").steps.map(\.operation)
        #expect(operations.contains("softmax") && !operations.contains("attention"))
    }

    @Test func weightedShapesAreThoseOfOnePicture() throws {
        let steps = try report("residual blocks").steps
        #expect(steps[0].weightedShape?.description == "1x [3, 16, 16] -> [24, 8, 8] 3x3 /2 plain")
        #expect(steps[7].weightedShape == .linear(rows: 1, inputs: 40, outputs: 10))
        #expect(steps[6].weightedShape == nil)
        for step in steps where step.multiplyAccumulates > 0 {
            #expect(step.weightedShape?.multiplications == step.multiplyAccumulates, "\(step.path)")
        }
    }

    @Test func smallGroupsAreCountedAsFallbacks() throws {
        let report = try report("grouped 8 of 3")
        #expect(report.fallbacks.map(\.operation) == ["convolution"])
        #expect(report.fallbacks.first?.path == "conv")
    }

    @Test func largeActivationsGoPictureByPicture() throws {
        let report = try report(
            "residual blocks",
            batch: 8,
            caches: CacheSizes(level2: 24 << 10, level3: 1 << 20)
        )
        let pictures = report.steps.map(\.picturesPerPass)
        #expect(pictures.first == 1)
        #expect(pictures.last == 8)
        #expect(pictures == pictures.sorted())
    }

    @Test func everyPassIsTimed() throws {
        let report = try report("residual blocks")
        #expect(
            report.passes.map(\.name) == [
                "eliminate dead code", "fold constants", "simplify", "fuse", "fuse attention",
                "assign layouts",
                "choose kernels",
                "schedule", "plan memory", "pack weights", "link",
            ]
        )
        #expect(report.weightByteCount > 0)
        #expect(report.arenaByteCount > 0)
    }
}
