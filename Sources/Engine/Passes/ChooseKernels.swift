internal import Graph
internal import KernelInterface
internal import Tensors

/// Chooses the kernel of every node by its shape and the precision and writes the kernel's arguments.
///
/// Neither the batch nor the number of threads has a say: kernels may round differently, and what a picture
/// gets must not depend on its company.
enum ChooseKernels {
    /// - Throws: `unsupportedOperator` where no kernel takes a node at its shape.
    static func apply(
        _ graph: LaidOutGraph,
        table: KernelTable,
        precision: Precision,
        outputs: [OutputName]
    ) throws(EngineError) -> DraftProgram {
        var builder = DraftBuilder(graph: graph, table: table, precision: precision)
        for index in graph.nodes.indices { try builder.add(ValueID(index: index)) }
        for (number, name) in outputs.enumerated() {
            guard let value = graph.outputs[name] else { preconditionFailure("outputs were checked") }
            try builder.export(value, name: name, number: number)
        }
        return builder.program
    }
}

/// The program as it grows.
struct DraftBuilder {
    let graph: LaidOutGraph
    let table: KernelTable
    let precision: Precision
    var program = DraftProgram()
    /// The block of each value.
    private var blocks: [ValueID: Int] = [:]
    let joins: ChannelJoins

    init(graph: LaidOutGraph, table: KernelTable, precision: Precision) {
        self.graph = graph
        self.table = table
        self.precision = precision
        joins = ChannelJoins(graph)
    }

    mutating func add(_ id: ValueID) throws(EngineError) {
        let node = graph[id]
        let first = program.steps.count
        switch node.operation {
        case .conversion: try addConversion(id)
        case .fused(let operation):
            switch operation {
            case .input:
                program.blocks.append(
                    ActivationBlock(place: .input, floatsPerPicture: node.type.countPerPicture)
                )
                blocks[id] = program.blocks.count - 1
            case .convolution(let convolution, let sum): try addConvolution(id, convolution, sum)
            case .linear(let sum): addLinear(id, sum)
            case .channelAffine(let affine): try addChannelAffine(id, affine)
            case .gate(let activation):
                addBinary(id, .multiply, rightSide: .channel, leftPosition: 0, activation)
            case .elementwise(let operation, let activation):
                addBinary(id, BinaryFunction(operation), rightSide: .same, leftPosition: 0, activation)
            case .activation(let function): addUnary(id, function)
            case .attention(let attention): addAttention(id, attention)
            case .general(let operation, let statics): try addGeneral(id, operation, statics)
            }
        }
        describe(from: first, node)
    }

    /// Copies `value` to the caller's memory for the output of this number, in plain layout.
    mutating func export(_ value: ValueID, name: OutputName, number: Int) throws(EngineError) {
        let node = graph[value]
        let first = program.steps.count
        program.blocks.append(
            ActivationBlock(place: .output(number), floatsPerPicture: node.type.countPerPicture)
        )
        let target = program.blocks.count - 1
        if node.layout == .blocked {
            addLayoutStep(node.type, from: place(value), .blocked, to: target, .plain)
        } else {
            addDenseCopy(from: place(value), to: target, floatsPerPicture: node.type.countPerPicture)
        }
        describe(from: first, node)
        for index in first..<program.steps.count {
            program.steps[index].label = "output \(name.rawValue)"
            program.steps[index].inputShapes = [node.type.extents]
        }
    }

    private mutating func describe(from first: Int, _ node: LaidOutGraph.Node) {
        for index in first..<program.steps.count {
            program.steps[index].path = node.path
            program.steps[index].label = node.label
            program.steps[index].inputShapes = node.inputs.map { graph[$0].type.extents }
            program.steps[index].outputShape = node.type.extents
        }
    }

    // MARK: Blocks

    /// Where a value stands.
    func place(_ value: ValueID) -> BlockPlace {
        guard let block = blocks[value] else { preconditionFailure("inputs come first") }
        return BlockPlace(block: block)
    }

    /// The strides of maps of `type` that stand at `place` under `layout`.
    func strides(_ place: BlockPlace, _ maps: MapExtents, _ layout: ValueLayout) -> MapStrides {
        program.blocks[place.block].strides ?? maps.strides(layout)
    }

    /// A new block for the value of `id`, or its place in the concatenation that joins it.
    mutating func output(_ id: ValueID) -> BlockPlace {
        if let known = blocks[id] { return BlockPlace(block: known) }
        if let place = joins.places[id], let maps = MapExtents(graph[place.join].type) {
            let join = output(place.join)
            let strides = strides(join, maps, .blocked)
            let offset = place.firstChannel / BlockedLayout.lanes * strides.channel
            alias(id, BlockPlace(block: join.block, offset: join.offset + offset), strides: strides)
            return self.place(id)
        }
        let place = temporary(floatsPerPicture: graph[id].type.floatsPerPicture(graph[id].layout))
        blocks[id] = place.block
        return place
    }

    /// A new block for something inside of an operation.
    mutating func temporary(floatsPerPicture: Int) -> BlockPlace {
        program.blocks.append(ActivationBlock(place: .arena, floatsPerPicture: floatsPerPicture))
        return BlockPlace(block: program.blocks.count - 1)
    }

    /// Makes the value of `id` the same floats as another block's, under other strides if they are given.
    mutating func alias(_ id: ValueID, _ place: BlockPlace, strides: MapStrides? = nil) {
        program.blocks.append(
            ActivationBlock(
                place: .view(of: place.block, offset: place.offset),
                floatsPerPicture: program.blocks[place.block].floatsPerPicture,
                strides: strides ?? program.blocks[place.block].strides,
                ownFloatsPerPicture: graph[id].type.floatsPerPicture(graph[id].layout)
            )
        )
        blocks[id] = program.blocks.count - 1
    }

    /// A new constant's number.
    mutating func constant(_ block: ConstantBlock) -> Int {
        program.constants.append(block)
        return program.constants.count - 1
    }

    /// Numbers of the channels, zero up to a multiple of 16.
    mutating func channelConstant(_ values: [Float]) -> Int {
        let zeros = [Float](repeating: 0, count: BlockedLayout.padded(values.count) - values.count)
        return constant(.floats(values + zeros))
    }

    // MARK: Elementwise

    /// The extents of a pass over all elements of a value, for one picture.
    func elementwise(_ type: TensorType, _ layout: ValueLayout) -> ElementwiseExtents {
        if layout == .blocked, let maps = MapExtents(type) {
            return ElementwiseExtents.blocked(
                images: maps.imagesPerPicture,
                channels: maps.channels,
                height: maps.height,
                width: maps.width
            )
        }
        return .dense(count: type.countPerPicture)
    }

    /// The strides of such a pass over the value at `place`.
    private func elementwiseStrides(
        _ place: BlockPlace,
        _ type: TensorType,
        _ layout: ValueLayout
    ) -> MapStrides {
        if layout == .blocked, let maps = MapExtents(type) { return strides(place, maps, .blocked) }
        let count = type.countPerPicture
        return MapStrides(image: count, channel: count, row: count)
    }

    mutating func addUnary(_ id: ValueID, _ function: ActivationFunction) {
        let node = graph[id]
        let input = place(node.inputs[0])
        addUnary(node.type, node.layout, function, from: input, to: output(id))
    }

    mutating func addUnary(
        _ type: TensorType,
        _ layout: ValueLayout,
        _ function: ActivationFunction,
        from input: BlockPlace,
        to output: BlockPlace
    ) {
        let extents = elementwise(type, layout)
        var step = unsafe StepDraft(
            .unary,
            UnaryArguments(
                extents: extents,
                function: function,
                input: StepDraft.unset,
                inputStrides: elementwiseStrides(input, type, layout),
                output: StepDraft.unset,
                outputStrides: elementwiseStrides(output, type, layout)
            )
        )
        unsafe step.read(\UnaryArguments.input, input)
        unsafe step.write(\UnaryArguments.output, output)
        step.count(\UnaryArguments.extents.images, perPicture: extents.images)
        step.inPlaceCandidates = [input.block]
        program.steps.append(step)
    }

    /// A function of two values of which the right one is the same, or is broadcast in blocked layout.
    mutating func addBinary(
        _ id: ValueID,
        _ function: BinaryFunction,
        rightSide: BinaryArguments.RightSide,
        leftPosition: Int,
        _ activation: ActivationFunction
    ) {
        let node = graph[id]
        let (left, right) = (node.inputs[leftPosition], node.inputs[1 - leftPosition])
        let extents = elementwise(node.type, node.layout)
        let output = output(id)
        var arguments = unsafe BinaryArguments(
            extents: extents,
            function: function,
            left: StepDraft.unset,
            leftStrides: elementwiseStrides(place(left), node.type, node.layout),
            right: StepDraft.unset,
            rightStrides: elementwiseStrides(place(right), graph[right].type, node.layout),
            rightSide: rightSide,
            output: StepDraft.unset,
            outputStrides: elementwiseStrides(output, node.type, node.layout)
        )
        arguments.activation = activation
        var step = StepDraft(.binary, arguments)
        unsafe step.read(\BinaryArguments.left, place(left))
        unsafe step.read(\BinaryArguments.right, place(right))
        unsafe step.write(\BinaryArguments.output, output)
        step.count(\BinaryArguments.extents.images, perPicture: extents.images)
        step.inPlaceCandidates = [place(left).block] + (rightSide == .same ? [place(right).block] : [])
        program.steps.append(step)
    }
}

extension BinaryFunction {
    /// The kernels' form of a graph's operation; `reversed` for operands that change sides.
    init(_ operation: BinaryOperation, reversed: Bool = false) {
        switch operation {
        case .add: self = .add
        case .subtract: self = reversed ? .reverseSubtract : .subtract
        case .multiply: self = .multiply
        case .divide: self = reversed ? .reverseDivide : .divide
        case .maximum: self = .maximum
        case .minimum: self = .minimum
        }
    }
}
