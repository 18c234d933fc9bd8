import Engine
import Graph
import KernelInterface
import Tensors
import Testing

/// What cannot be compiled says what, where and what to do.
struct CompileErrorTests {
    private func model(
        _ change: (inout ParameterStore, inout CompileOptions) -> Void
    ) throws -> CompiledModel {
        let run = try NetCase.nets[0].run()
        var parameters = run.parameters
        var options = CompileOptions(maximumBatch: 1, outputs: [.features])
        change(&parameters, &options)
        return try CompiledModel(
            graph: run.graph,
            parameters: parameters,
            options: options,
            threads: ThreadPool(count: 1)
        )
    }

    @Test func aMissingTensorIsNamed() {
        let error = #expect(throws: EngineError.self) {
            try model { parameters, _ in parameters.tensors["a.1.conv.weight"] = nil }
        }
        #expect(error?.code == .missingParameter)
        #expect(error?.message.contains("a.1.conv.weight") ?? false)
    }

    @Test func aTensorOfAnotherShapeIsNamedWithBothShapes() {
        let error = #expect(throws: EngineError.self) {
            try model { parameters, _ in
                parameters.tensors["weight"] = Tensor(shape: [2, 2], values: [1, 2, 3, 4])
            }
        }
        #expect(error?.code == .parameterShape)
        #expect(error?.message == "the tensor weight has the shape [2, 2], expected [10, 40]")
    }

    @Test func anOutputThatTheModelLacksIsNamed() {
        let error = #expect(throws: EngineError.self) {
            try model { _, options in options.outputs = [.logits] }
        }
        #expect(error?.code == .missingOutput)
        #expect(error?.message == "the model has no output logits: it offers features")
    }

    @Test func aBatchOfNothingIsRefused() {
        let error = #expect(throws: EngineError.self) { try model { _, options in options.maximumBatch = 0 } }
        #expect(error?.code == .invalidOption)
    }

    @Test(
        .enabled("this machine runs every instruction set") {
            InstructionSet.allCases.contains { !$0.isSupported }
        }
    )
    func anInstructionSetThatTheProcessorLacksIsRefused() {
        let missing = InstructionSet.allCases.first { !$0.isSupported }
        let error = #expect(throws: EngineError.self) {
            try model { _, options in options.instructionSet = missing }
        }
        #expect(error?.code == .unsupportedInstructionSet)
    }

    @Test func moreAxesThanAKernelTakesAreRefusedWithTheShape() throws {
        let run = try ModelRun(channels: 2, height: 4, width: 16) { b throws(GraphError) in
            let x = try b.reshape(b.input, [2, 2, 2, 2, 2, 2, 2, 1])
            b.output(.features, try b.append(.reduction(.mean, axes: [3, 5], keepsAxes: false), [x]))
        }
        let error = #expect(throws: EngineError.self) {
            try run.compile(maximumBatch: 1, threads: ThreadPool(count: 1))
        }
        #expect(error?.code == .unsupportedOperator)
        #expect(error?.message.contains("[N, 2, 2, 2, 2, 2, 2, 2, 1]") ?? false)
    }
}
