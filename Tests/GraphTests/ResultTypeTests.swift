import Graph
import Testing

/// One operator, what it is given, and what must come out (nil: it must refuse).
struct TypeCase: Sendable, CustomTestStringConvertible {
    var operation: Operator
    var inputs: [TensorType]
    var result: TensorType?

    init(_ operation: Operator, _ inputs: [TensorType], _ result: TensorType?) {
        self.operation = operation
        self.inputs = inputs
        self.result = result
    }

    var testDescription: String { "\(operation) of \(inputs)" }
}

@Suite struct ResultTypeTests {
    static let cases: [TypeCase] = [
        TypeCase(
            .convolution(Convolution(outputChannels: 64, kernel: 7, stride: 2, padding: Edges(3))),
            [.batched([3, 224, 224]), .constant([64, 3, 7, 7])],
            .batched([64, 112, 112])
        ),
        TypeCase(
            .convolution(
                Convolution(
                    outputChannels: 32,
                    kernel: 3,
                    stride: 2,
                    padding: Edges(top: 0, left: 0, bottom: 1, right: 1)
                )
            ),
            [.batched([3, 224, 224]), .constant([32, 3, 3, 3]), .constant([32])],
            .batched([32, 112, 112])
        ),
        TypeCase(
            .convolution(Convolution(outputChannels: 8, kernel: 3)),
            [.batched([4, 2, 2]), .constant([8, 4, 3, 3])],
            nil
        ),
        TypeCase(
            .convolution(Convolution(outputChannels: 8, kernel: 1, groups: 3)),
            [.batched([4, 2, 2]), .constant([8, 1, 1, 1])],
            nil
        ),
        TypeCase(.linear, [.batched([197, 768]), .constant([3072, 768])], .batched([197, 3072])),
        TypeCase(.linear, [.batched([197, 768]), .constant([3072, 767])], nil),
        // torch.nn.MaxPool2d(3, 2, ceil_mode=True) of 112 gives 56, of 113 gives 56 and of 114 gives 57.
        TypeCase(
            .pooling(Pooling(kind: .maximum, kernel: 3, stride: 2, roundsUp: true)),
            [.batched([1, 113, 114])],
            .batched([1, 56, 57])
        ),
        // torch.nn.AvgPool2d(2, 2, ceil_mode=True) of 1x65 gives 1x33, and without ceil_mode refuses it.
        TypeCase(
            .pooling(Pooling(kind: .average(countsPadding: false), kernel: 2, stride: 2, roundsUp: true)),
            [.batched([1, 1, 65])],
            .batched([1, 1, 33])
        ),
        TypeCase(
            .pooling(Pooling(kind: .average(countsPadding: false), kernel: 2, stride: 2)),
            [.batched([1, 1, 65])],
            nil
        ),
        // torch.nn.MaxPool2d(3, 2, ceil_mode=True) of 2 gives 1 and refuses 1.
        TypeCase(
            .pooling(Pooling(kind: .maximum, kernel: 3, stride: 2, roundsUp: true)),
            [.batched([1, 2, 2])],
            .batched([1, 1, 1])
        ),
        TypeCase(
            .pooling(Pooling(kind: .maximum, kernel: 3, stride: 2, roundsUp: true)),
            [.batched([1, 1, 5])],
            nil
        ),
        // A last window that would start in the padding does not count.
        TypeCase(
            .pooling(
                Pooling(
                    kind: .average(countsPadding: false),
                    kernel: 2,
                    stride: 2,
                    padding: Edges(1),
                    roundsUp: true
                )
            ),
            [.batched([1, 5, 6])],
            .batched([1, 3, 4])
        ),
        TypeCase(
            .binary(.add),
            [.batched([197, 768]), .constant([1, 197, 768])],
            .batched([197, 768])
        ),
        TypeCase(.binary(.multiply), [.batched([64, 7, 7]), .batched([64, 1, 1])], .batched([64, 7, 7])),
        TypeCase(.binary(.add), [.batched([64, 7, 7]), .batched([63, 1, 1])], nil),
        TypeCase(.binary(.add), [.batched([4]), .constant([2, 4])], nil),
        TypeCase(
            .reshape(TensorType(batchFactor: 64, dimensions: [49, 96])),
            [.batched([8, 7, 8, 7, 96])],
            TensorType(batchFactor: 64, dimensions: [49, 96])
        ),
        TypeCase(.reshape(.batched([48, 96])), [.batched([49, 96])], nil),
        TypeCase(.transpose(permutation: [0, 2, 1]), [.batched([3, 5])], .batched([5, 3])),
        TypeCase(.transpose(permutation: [1, 0, 2]), [.batched([3, 5])], nil),
        TypeCase(
            .matrixProduct(transposesRight: true),
            [.batched([12, 197, 64]), .batched([12, 197, 64])],
            .batched([12, 197, 197])
        ),
        TypeCase(
            .matrixProduct(transposesRight: false),
            [.batched([12, 197, 64]), .batched([12, 197, 64])],
            nil
        ),
        TypeCase(
            .longShortTermMemory(isReversed: true),
            [TensorType(batchFactor: 32, dimensions: [28, 192]), .constant([192, 48]), .constant([192])],
            TensorType(batchFactor: 32, dimensions: [28, 48])
        ),
        TypeCase(
            .longShortTermMemory(isReversed: false),
            [.batched([28, 192]), .constant([192, 192])],
            nil
        ),
        TypeCase(.slice(axis: 1, start: 1, count: 3, step: 2), [.batched([6, 4])], .batched([3, 4])),
        TypeCase(.slice(axis: 1, start: 1, count: 4, step: 2), [.batched([6, 4])], nil),
        TypeCase(.concatenation(axis: 1), [.batched([2, 9]), .batched([3, 9])], .batched([5, 9])),
        TypeCase(.concatenation(axis: 1), [.batched([2, 9]), .batched([3, 8])], nil),
        TypeCase(.reduction(.mean, axes: [2, 3], keepsAxes: false), [.batched([5, 7, 7])], .batched([5])),
        TypeCase(.reduction(.mean, axes: [0], keepsAxes: false), [.batched([5])], nil),
        TypeCase(
            .padding(PaddingAmounts(mode: .reflect, before: [0, 0, 1, 1], after: [0, 0, 1, 1])),
            [.batched([5, 2, 1])],
            nil
        ),
        TypeCase(.broadcastToBatch, [.constant([1, 1, 768])], .batched([1, 768])),
        TypeCase(.gather(axis: 0, indices: [0, 2, 2]), [.constant([3, 4])], .constant([3, 4])),
        TypeCase(.gather(axis: 0, indices: [3]), [.constant([3, 4])], nil),
    ]

    @Test(arguments: cases)
    func theTypeFollowsFromTheInputs(_ test: TypeCase) throws {
        guard let expected = test.result else {
            #expect(throws: GraphError.self) { try test.operation.resultType(of: test.inputs) }
            return
        }
        #expect(try test.operation.resultType(of: test.inputs) == expected)
    }

    @Test func aRefusalNamesTheModuleAndBothShapes() {
        let b = GraphBuilder(channels: 3, height: 4, width: 4)
        let error = #expect(throws: GraphError.self) {
            try b.scope("layer1") { () throws(GraphError) in
                try b.scope(0) { () throws(GraphError) in
                    try b.convolution(b.input, Convolution(outputChannels: 8, kernel: 7))
                }
            }
        }
        #expect(
            error?.description
                == "layer1.0: a 7x7 filter does not fit into [N, 3, 4, 4]: the input is too small"
        )
    }

    @Test func aNameHasOneShape() throws {
        let b = GraphBuilder(channels: 3, height: 4, width: 4)
        let first = try b.parameter("weight", [3])
        #expect(try b.parameter("weight", [3]) == first)
        #expect(throws: GraphError.self) { try b.parameter("weight", [4]) }
        #expect(b.finish().parameters.count == 1)
    }
}
