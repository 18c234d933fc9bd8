import Graph
import KernelInterface
import ReferenceKernels
import Tensors
import Testing

@Suite struct LayoutKernelTests {
    @Test(arguments: Tables.all, [(1, 1, 1), (3, 5, 7), (16, 2, 16), (33, 4, 17)])
    func conversionsMoveEveryElement(table: KernelTable, extents: (Int, Int, Int)) {
        let (channels, height, width) = extents
        var numbers = Numbers(seed: UInt64(channels))
        let values = numbers.array(2 * channels * height * width)
        func maps(_ isBlocked: Bool) -> MapBuffer {
            MapBuffer(
                images: 2,
                channels: channels,
                height: height,
                width: width,
                isBlocked: isBlocked,
                gap: 16
            )
        }
        func run(_ id: KernelID, _ input: MapBuffer, _ output: MapBuffer) {
            let arguments = unsafe LayoutArguments(
                images: 2,
                channels: channels,
                height: height,
                width: width,
                input: input.floats.source,
                inputStrides: input.strides,
                output: output.floats.pointer,
                outputStrides: output.strides
            )
            KernelRun.run(table[id], arguments, output: output.floats, context: "\(id) \(extents)")
            #expect(output.values == values && output.restIsZero, "\(table) \(id) \(extents)")
        }
        let (blocked, back) = (maps(true), maps(false))
        let plain = MapBuffer(
            values,
            images: 2,
            channels: channels,
            height: height,
            width: width,
            isBlocked: false,
            gap: 3
        )
        run(.blocking, plain, blocked)
        run(.unblocking, blocked, back)
    }

    @Test(arguments: Tables.all)
    func channelCopiesJoinAndSlice(table: KernelTable) {
        // Channels 0..<5 of the first, 17..<40 of the second, 20..<36 of the first as a whole block: 44 of 48 lanes.
        var numbers = Numbers(seed: 3)
        let (height, width) = (3, 5)
        let area = height * width
        let values = (0..<2).map { _ in numbers.array(2 * 40 * area) }
        let inputs = values.map {
            MapBuffer($0, images: 2, channels: 40, height: height, width: width, gap: 16)
        }
        let output = MapBuffer(images: 2, channels: 44, height: height, width: width, gap: 16)
        let keeps = ChannelCopyArguments.keeps
        let first =
            (0..<5).map { Int32($0) } + [Int32](repeating: keeps, count: 23) + (20..<36).map { Int32($0) }
        let second = [Int32](repeating: keeps, count: 5) + (17..<40).map { Int32($0) }
        for (input, sources) in zip(inputs, [first, second]) {
            let isFirst = sources.count == 44
            let rest = [Int32](
                repeating: isFirst ? ChannelCopyArguments.zero : keeps,
                count: 48 - sources.count
            )
            let lanes = sources + rest
            unsafe lanes.withUnsafeBufferPointer { pointer in
                guard let base = pointer.baseAddress else { return }
                let arguments = unsafe ChannelCopyArguments(
                    images: 2,
                    height: height,
                    width: width,
                    outputBlocks: 3,
                    sources: base,
                    input: input.floats.source,
                    inputStrides: input.strides,
                    output: output.floats.pointer,
                    outputStrides: output.strides
                )
                let row = table[.channelCopy]
                unsafe withUnsafePointer(to: arguments) { pointer in
                    let scratch = GuardedFloats(count: 0)
                    unsafe row.entry(pointer, 0, row.taskCount(pointer), scratch.pointer)
                }
            }
        }
        let picks =
            first.prefix(5).map { (0, Int($0)) } + (17..<40).map { (1, $0) } + (20..<36).map { (0, $0) }
        var expected: [Float] = []
        for image in 0..<2 {
            for (source, channel) in picks {
                let start = (image * 40 + channel) * area
                expected += values[source][start..<start + area]
            }
        }
        #expect(output.values == expected && output.restIsZero && output.floats.guardsAreIntact, "\(table)")
    }

    /// Where the lanes of two output blocks come from in an input of 40 channels.
    private static let laneSources: [[Int]] = {
        let (keeps, zero) = (Int(ChannelCopyArguments.keeps), Int(ChannelCopyArguments.zero))
        func repeated(_ value: Int, _ count: Int) -> [Int] { [Int](repeating: value, count: count) }
        return [
            // A part that begins inside of blocks on both sides, behind another part.
            repeated(keeps, 5) + Array(11..<38),
            // From the last channel of a block on, to the input's last channel; the rest is nobody's.
            Array(15..<40) + repeated(zero, 7),
            // A whole block in a part's place, and a single lane.
            Array(16..<32) + repeated(keeps, 15) + [39],
            // Channels of two halves in turn: sixteen runs a block.
            (0..<32).map { $0 % 2 * 20 + $0 / 2 },
            // Backwards, with gaps of both kinds.
            (0..<32).map { $0 % 7 == 3 ? keeps : $0 % 7 == 5 ? zero : 39 - $0 },
            repeated(zero, 16) + repeated(keeps, 16),
        ]
    }()

    /// Maps of one pixel and more, rows that follow each other and rows with gaps of NaN.
    @Test(arguments: Tables.all, [(1, 1, 0), (1, 2, 0), (3, 5, 0), (2, 1, 16), (3, 4, 16)])
    func channelCopiesMoveAnyLanes(table: KernelTable, extents: (Int, Int, Int)) {
        let (height, width, gap) = extents
        let area = height * width
        var numbers = Numbers(seed: UInt64(area))
        let (values, before) = (numbers.array(2 * 40 * area), numbers.array(2 * 32 * area))
        for sources in Self.laneSources {
            let input = MapBuffer(values, images: 2, channels: 40, height: height, width: width, gap: gap)
            let output = MapBuffer(before, images: 2, channels: 32, height: height, width: width, gap: gap)
            unsafe sources.map(Int32.init).withUnsafeBufferPointer { lanes in
                guard let base = lanes.baseAddress else { return }
                let arguments = unsafe ChannelCopyArguments(
                    images: 2,
                    height: height,
                    width: width,
                    outputBlocks: 2,
                    sources: base,
                    input: input.floats.source,
                    inputStrides: input.strides,
                    output: output.floats.pointer,
                    outputStrides: output.strides
                )
                let row = table[.channelCopy]
                unsafe withUnsafePointer(to: arguments) { pointer in
                    let scratch = GuardedFloats(count: 0)
                    unsafe row.entry(pointer, 0, row.taskCount(pointer), scratch.pointer)
                }
            }
            var expected: [Float] = []
            for image in 0..<2 {
                for (lane, source) in sources.enumerated() {
                    for pixel in 0..<area {
                        switch source {
                        case Int(ChannelCopyArguments.keeps):
                            expected.append(before[(image * 32 + lane) * area + pixel])
                        case Int(ChannelCopyArguments.zero): expected.append(0)
                        default: expected.append(values[(image * 40 + source) * area + pixel])
                        }
                    }
                }
            }
            #expect(output.values == expected, "\(table) \(sources)")
            #expect(output.floats.guardsAreIntact, "\(table) \(sources)")
            withExtendedLifetime(input) {}
        }
    }

    /// Transposes, and a copy by tables that slices, mirrors and fills.
    @Test(arguments: Tables.all)
    func stridedCopiesEqualReference(table: KernelTable) {
        var numbers = Numbers(seed: 5)
        let extents = [3, 4, 5, 17]
        let values = numbers.array(extents.reduce(1, *))
        let input = GuardedFloats(values)
        let strides = Shape(extents).strides
        for permutation in [[0, 1, 2, 3], [0, 2, 1, 3], [0, 3, 1, 2], [3, 2, 1, 0]] {
            let target = permutation.map { extents[$0] }
            let expected = ReferenceKernels.evaluate(
                .transpose(permutation: permutation),
                [ReferenceValue(shape: Shape(extents), values: values)],
                type: .constant(target),
                batch: 1
            )
            let output = GuardedFloats(count: values.count)
            let arguments = unsafe StridedCopyArguments(
                extents: PlainAxes.values(target, filler: 1),
                inputStrides: PlainAxes.values(permutation.map { strides[$0] }, filler: 0),
                outputStrides: PlainAxes.values(Shape(target).strides, filler: 0),
                input: input.source,
                output: output.pointer
            )
            KernelRun.run(table[.stridedCopy], arguments, output: output, context: "\(permutation)")
            #expect(output.values == expected.values, "\(table) \(permutation)")
        }
        let amounts = PaddingAmounts(mode: .constant(7), before: [0, 2, 0, 1], after: [0, 1, 0, 3])
        let target = [3, 7, 5, 21]
        let expected = ReferenceKernels.evaluate(
            .padding(amounts),
            [ReferenceValue(shape: Shape(extents), values: values)],
            type: .constant(target),
            batch: 1
        )
        let output = GuardedFloats(count: target.reduce(1, *))
        var arguments = unsafe StridedCopyArguments(
            extents: PlainAxes.values(target, filler: 1),
            inputStrides: PlainAxes.values(strides, filler: 0),
            outputStrides: PlainAxes.values(Shape(target).strides, filler: 0),
            input: input.source,
            output: output.pointer
        )
        arguments.fill = 7
        func offsets(_ axis: Int) -> [Int] {
            (0..<target[axis]).map {
                let place = $0 - amounts.before[axis]
                let isInside = (0..<extents[axis]).contains(place)
                return isInside ? place * strides[axis] : StridedCopyArguments.outside
            }
        }
        let (rows, columns) = (offsets(1), offsets(3))
        unsafe rows.withUnsafeBufferPointer { rows in
            unsafe columns.withUnsafeBufferPointer { columns in
                unsafe arguments.tables[5] = rows.baseAddress
                unsafe arguments.tables[7] = columns.baseAddress
                KernelRun.run(table[.stridedCopy], arguments, output: output, context: "padding")
            }
        }
        #expect(output.values == expected.values, "\(table) padding")
        withExtendedLifetime(input) {}
    }

    /// Every filter, up and down.
    @Test(arguments: Tables.all, [(5, 6, 9, 4), (7, 7, 14, 14), (8, 9, 3, 2), (1, 1, 3, 3), (6, 4, 1, 1)])
    func resamplingEqualsReference(table: KernelTable, extents: (Int, Int, Int, Int)) {
        let (height, width, outputHeight, outputWidth) = extents
        let channels = 19
        var numbers = Numbers(seed: UInt64(height))
        let values = numbers.array(2 * channels * height * width)
        let input = MapBuffer(values, images: 2, channels: channels, height: height, width: width, gap: 16)
        let filters: [(Resampling.Mode, ResampleTable.Filter)] = [
            (.nearest, .nearest), (.bilinear, .linear), (.bicubic, .cubic),
        ]
        for (mode, filter) in filters {
            for (aligned, antialiased) in [(false, false), (true, false), (false, true)] {
                let resampling = Resampling(
                    mode: mode,
                    extent: Extent(height: outputHeight, width: outputWidth),
                    alignsCorners: aligned,
                    antialiases: antialiased
                )
                let type = TensorType.batched([channels, outputHeight, outputWidth])
                let expected = ReferenceKernels.evaluate(
                    .resample(resampling),
                    [ReferenceValue(shape: [2, channels, height, width], values: values)],
                    type: type,
                    batch: 2
                )
                func taps(_ input: Int, _ output: Int) -> ResampleTable {
                    ResampleTable(
                        input: input,
                        output: output,
                        filter: filter,
                        alignsCorners: aligned,
                        antialiases: antialiased
                    )
                }
                let (rows, columns) = (taps(height, outputHeight), taps(width, outputWidth))
                let output = MapBuffer(
                    images: 2,
                    channels: channels,
                    height: outputHeight,
                    width: outputWidth,
                    gap: 16
                )
                let weights = [rows, columns].map { GuardedFloats($0.weights) }
                unsafe rows.indices.withUnsafeBufferPointer { rowIndices in
                    unsafe columns.indices.withUnsafeBufferPointer { columnIndices in
                        guard let rowBase = rowIndices.baseAddress, let columnBase = columnIndices.baseAddress
                        else { return }
                        var arguments = unsafe ResampleArguments(
                            images: 2,
                            channels: channels,
                            inputHeight: height,
                            inputWidth: width,
                            outputHeight: outputHeight,
                            outputWidth: outputWidth,
                            rowTaps: rows.taps,
                            rowIndices: rowBase,
                            rowWeights: weights[0].source,
                            columnTaps: columns.taps,
                            columnIndices: columnBase,
                            columnWeights: weights[1].source,
                            input: input.floats.source,
                            output: output.floats.pointer
                        )
                        arguments.inputStrides = input.strides
                        arguments.outputStrides = output.strides
                        KernelRun.run(
                            table[.resample],
                            arguments,
                            output: output.floats,
                            context: "\(resampling)"
                        )
                    }
                }
                KernelRun.compare(
                    output.values,
                    expected.values,
                    "\(table) \(resampling) of \(height)x\(width)"
                )
                #expect(output.restIsZero)
                withExtendedLifetime(weights) {}
            }
        }
        withExtendedLifetime(input) {}
    }
}
