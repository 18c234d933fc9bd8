import Graph
import KernelInterface
import ReferenceKernels
import Tensors
import Testing

/// One pooling.
struct PoolingCase: Sendable, CustomTestStringConvertible {
    var height: Int
    var width: Int
    var pooling: Pooling

    var testDescription: String { "20x\(height)x\(width), \(pooling)" }

    static let all: [PoolingCase] =
        [Pooling.Kind.maximum, .average(countsPadding: true), .average(countsPadding: false)].flatMap {
            kind in
            [false, true].flatMap { roundsUp in
                [(3, 2, 1), (2, 2, 0), (3, 1, 1), (5, 3, 2), (1, 1, 0)].flatMap { kernel, stride, padding in
                    [(7, 8), (6, 5), (13, 1), (1, 9)].compactMap { height, width in
                        var pooling = Pooling(
                            kind: kind,
                            kernel: Extent(kernel),
                            stride: Extent(stride),
                            padding: Edges(padding),
                            roundsUp: roundsUp
                        )
                        if kernel == 5 { pooling.padding = Edges(top: 2, left: 1, bottom: 1, right: 3) }
                        let edges = pooling.padding
                        let least = kernel - (roundsUp ? stride - 1 : 0)
                        guard height + edges.top + edges.bottom >= least,
                            width + edges.left + edges.right >= least
                        else { return nil }
                        return PoolingCase(height: height, width: width, pooling: pooling)
                    }
                }
            }
        }
}

@Suite struct PoolingKernelTests {
    @Test(arguments: Tables.all, PoolingCase.all)
    func equalsReference(table: KernelTable, test: PoolingCase) throws {
        let (images, channels) = (2, 20)
        var numbers = Numbers(seed: UInt64(test.height))
        let values = numbers.array(images * channels * test.height * test.width)
        let x = TensorType.batched([channels, test.height, test.width])
        let type = try Operator.pooling(test.pooling).resultType(of: [x])
        let expected = ReferenceKernels.evaluate(
            .pooling(test.pooling),
            [ReferenceValue(shape: x.shape(batch: images), values: values)],
            type: type,
            batch: images
        )
        let input = MapBuffer(
            values,
            images: images,
            channels: channels,
            height: test.height,
            width: test.width,
            gap: 16
        )
        let (height, width) = (type.dimensions[1], type.dimensions[2])
        let output = MapBuffer(images: images, channels: channels, height: height, width: width, gap: 32)
        let kind: PoolingArguments.Kind =
            switch test.pooling.kind {
            case .maximum: .maximum
            case .average(let countsPadding): countsPadding ? .averageWithPadding : .average
            }
        var arguments = unsafe PoolingArguments(
            kind: kind,
            images: images,
            channels: channels,
            inputHeight: test.height,
            inputWidth: test.width,
            outputHeight: height,
            outputWidth: width,
            kernel: test.pooling.kernel.height,
            stride: test.pooling.stride.height,
            input: input.floats.source,
            output: output.floats.pointer
        )
        arguments.paddingTop = test.pooling.padding.top
        arguments.paddingLeft = test.pooling.padding.left
        arguments.paddingBottom = test.pooling.padding.bottom
        arguments.paddingRight = test.pooling.padding.right
        arguments.inputStrides = input.strides
        arguments.outputStrides = output.strides
        KernelRun.run(table[.pooling], arguments, output: output.floats, context: test.testDescription)
        KernelRun.compare(output.values, expected.values, "\(table) \(test.testDescription)")
        #expect(output.restIsZero)
        withExtendedLifetime(input) {}
    }

    @Test(arguments: Tables.all)
    func maximumKeepsNaN(table: KernelTable) {
        for place in 0..<4 {
            var values: [Float] = [1, 2, 3, 4]
            values[place] = .nan
            let input = MapBuffer(values, images: 1, channels: 1, height: 2, width: 2)
            let output = MapBuffer(images: 1, channels: 1, height: 1, width: 1)
            let arguments = unsafe PoolingArguments(
                kind: .maximum,
                images: 1,
                channels: 1,
                inputHeight: 2,
                inputWidth: 2,
                outputHeight: 1,
                outputWidth: 1,
                kernel: 2,
                stride: 2,
                input: input.floats.source,
                output: output.floats.pointer
            )
            KernelRun.run(table[.pooling], arguments, output: output.floats, context: "NaN")
            #expect(output.values[0].isNaN)
            withExtendedLifetime(input) {}
        }
    }

    @Test(arguments: Tables.all, [1, 2, 5, 7, 56])
    func globalMeanEqualsReference(table: KernelTable, side: Int) {
        let (images, channels) = (2, 37)
        var numbers = Numbers(seed: UInt64(side))
        let values = numbers.array(images * channels * side * side).map { $0 + 3 }
        let expected = ReferenceKernels.evaluate(
            .reduction(.mean, axes: [2, 3], keepsAxes: false),
            [ReferenceValue(shape: [images, channels, side, side], values: values)],
            type: .batched([channels]),
            batch: images
        )
        let input = MapBuffer(values, images: images, channels: channels, height: side, width: side, gap: 16)
        let output = MapBuffer(images: images, channels: channels, height: 1, width: 1)
        var arguments = unsafe GlobalMeanArguments(
            images: images,
            channels: channels,
            height: side,
            width: side,
            input: input.floats.source,
            output: output.floats.pointer
        )
        arguments.inputStrides = input.strides
        KernelRun.run(table[.globalMean], arguments, output: output.floats, context: "\(side)")
        KernelRun.compare(output.values, expected.values, bound: 5e-7, "\(table) mean over \(side)x\(side)")
        #expect(output.restIsZero)
        withExtendedLifetime(input) {}
    }
}
