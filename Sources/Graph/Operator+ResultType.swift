extension Operator {
    /// The type that the operator makes of inputs of these types: the one rule of shapes.
    ///
    /// `input`, `parameter` and `constant` have declared types and take no inputs; asking them is an error.
    ///
    /// - Throws: `shape` with what was expected and found.
    public func resultType(of inputs: [TensorType]) throws(GraphError) -> TensorType {
        switch self {
        case .input, .parameter, .constant:
            throw GraphError(code: .shape, message: "\(self) has a declared type")
        case .convolution(let convolution): return try convolution.resultType(of: inputs)
        case .linear: return try linearType(inputs)
        case .batchNormalization:
            let x = try first(of: inputs, allowedCounts: 5...5, minimumRank: 2)
            try requireVectors(inputs.dropFirst(), extent: x.extents[1])
            return x
        case .layerNormalization(let axis, _), .rootMeanSquareNormalization(let axis, _):
            let x = try first(of: inputs, allowedCounts: 1...3, minimumRank: 1)
            try requireAxis(axis, of: x)
            try requireVectors(inputs.dropFirst(), extent: x.extents[axis])
            return x
        case .groupNormalization(let groups, _):
            let x = try first(of: inputs, allowedCounts: 1...3, minimumRank: 2)
            try require(groups > 0 && x.extents[1] % groups == 0, "\(groups) groups of the channels of \(x)")
            try requireVectors(inputs.dropFirst(), extent: x.extents[1])
            return x
        case .activation, .affine: return try first(of: inputs, allowedCounts: 1...1, minimumRank: 0)
        case .binary: return try binaryType(inputs)
        case .pooling(let pooling): return try pooling.resultType(of: inputs)
        case .reduction(_, let axes, let keepsAxes):
            return try reductionType(inputs, axes: axes, keepsAxes: keepsAxes)
        case .matrixProduct(let transposesRight):
            return try productType(inputs, transposesRight: transposesRight)
        case .softmax(let axis):
            let x = try first(of: inputs, allowedCounts: 1...1, minimumRank: 1)
            try requireAxis(axis, of: x)
            return x
        case .longShortTermMemory: return try recurrenceType(inputs)
        case .reshape(let type):
            let x = try first(of: inputs, allowedCounts: 1...1, minimumRank: 0)
            try require(
                x.isBatched == type.isBatched && x.countPerPicture == type.countPerPicture,
                "\(x) cannot be reshaped to \(type)"
            )
            return type
        case .transpose(let permutation): return try transposeType(inputs, permutation)
        case .slice(let axis, let start, let count, let step):
            let x = try first(of: inputs, allowedCounts: 1...1, minimumRank: 1)
            try requireAxis(axis, of: x)
            let last = start + (count - 1) * step
            try require(
                start >= 0 && count > 0 && step > 0 && last < x.extents[axis],
                "elements \(start)...\(last) of axis \(axis) of \(x)"
            )
            return x.replacing(axis: axis, with: count)
        case .concatenation(let axis): return try concatenationType(inputs, axis: axis)
        case .gather(let axis, let indices):
            let x = try first(of: inputs, allowedCounts: 1...1, minimumRank: 1)
            try requireAxis(axis, of: x)
            try require(
                !indices.isEmpty && indices.allSatisfy { (0..<x.extents[axis]).contains($0) },
                "indices outside axis \(axis) of \(x)"
            )
            return x.replacing(axis: axis, with: indices.count)
        case .roll(let axis, _):
            let x = try first(of: inputs, allowedCounts: 1...1, minimumRank: 1)
            try requireAxis(axis, of: x)
            return x
        case .padding(let amounts): return try paddingType(inputs, amounts)
        case .resample(let resampling):
            let x = try first(of: inputs, allowedCounts: 1...1, minimumRank: 4)
            try require(
                x.rank == 4 && resampling.extent.height > 0 && resampling.extent.width > 0,
                "\(x) cannot be resized to \(resampling.extent.height) x \(resampling.extent.width)"
            )
            return x.replacing(axis: 2, with: resampling.extent.height)
                .replacing(axis: 3, with: resampling.extent.width)
        case .broadcastToBatch:
            let x = try first(of: inputs, allowedCounts: 1...1, minimumRank: 1)
            try require(!x.isBatched && x.dimensions[0] == 1, "\(x) is not one static row")
            return .batched(Array(x.dimensions.dropFirst()))
        }
    }

    private func linearType(_ inputs: [TensorType]) throws(GraphError) -> TensorType {
        let x = try first(of: inputs, allowedCounts: 2...3, minimumRank: 1)
        let weight = inputs[1]
        try require(
            weight.rank == 2 && !weight.isBatched && weight.dimensions[1] == x.extents[x.rank - 1],
            "\(x) times a weight of \(weight)"
        )
        try requireVectors(inputs.dropFirst(2), extent: weight.dimensions[0])
        return x.replacing(axis: x.rank - 1, with: weight.dimensions[0])
    }

    private func binaryType(_ inputs: [TensorType]) throws(GraphError) -> TensorType {
        let left = try first(of: inputs, allowedCounts: 2...2, minimumRank: 0)
        let right = inputs[1]
        let batchFactor = max(left.batchFactor, right.batchFactor)
        let rank = max(left.rank, right.rank)
        func extent(_ type: TensorType, _ axis: Int) -> Int {
            let own = axis - (rank - type.rank)
            return own < 0 ? 1 : type.extents[own]
        }
        var extents: [Int] = []
        for axis in 0..<rank {
            let (a, b) = (extent(left, axis), extent(right, axis))
            try require(a == b || a == 1 || b == 1, "\(left) and \(right) do not broadcast")
            extents.append(max(a, b))
        }
        guard batchFactor > 0 else { return .constant(extents) }
        // The batch must stand at axis 0 of the result, and a static value may not be longer than one row there.
        for type in [left, right] {
            let fits =
                type.isBatched
                ? type.rank == rank && type.batchFactor == batchFactor
                : type.rank < rank || type.dimensions[0] == 1
            try require(fits, "\(left) and \(right) do not broadcast over the batch")
        }
        return TensorType(batchFactor: batchFactor, dimensions: Array(extents.dropFirst()))
    }

    private func reductionType(
        _ inputs: [TensorType],
        axes: [Int],
        keepsAxes: Bool
    ) throws(GraphError) -> TensorType {
        let x = try first(of: inputs, allowedCounts: 1...1, minimumRank: 1)
        for axis in axes { try requireAxis(axis, of: x) }
        try require(Set(axes).count == axes.count, "an axis is reduced twice")
        if x.isBatched { try require(!axes.contains(0), "the batch cannot be reduced") }
        var extents: [Int] = []
        for (axis, extent) in x.extents.enumerated() {
            if !axes.contains(axis) { extents.append(extent) } else if keepsAxes { extents.append(1) }
        }
        return TensorType(
            batchFactor: x.batchFactor,
            dimensions: x.isBatched ? Array(extents.dropFirst()) : extents
        )
    }

    private func productType(
        _ inputs: [TensorType],
        transposesRight: Bool
    ) throws(GraphError) -> TensorType {
        let left = try first(of: inputs, allowedCounts: 2...2, minimumRank: 2)
        let right = inputs[1]
        let rank = left.rank
        try require(
            right.rank == rank && left.batchFactor == right.batchFactor
                && left.extents.dropLast(2) == right.extents.dropLast(2),
            "the leading extents of \(left) and \(right) differ"
        )
        if left.isBatched { try require(rank >= 3, "the batch is no axis of a matrix in \(left)") }
        let inner = right.extents[transposesRight ? rank - 1 : rank - 2]
        try require(left.extents[rank - 1] == inner, "\(left) times \(right)")
        return left.replacing(axis: rank - 1, with: right.extents[transposesRight ? rank - 2 : rank - 1])
    }

    private func recurrenceType(_ inputs: [TensorType]) throws(GraphError) -> TensorType {
        let gates = try first(of: inputs, allowedCounts: 2...3, minimumRank: 3)
        let weight = inputs[1]
        try require(
            weight.rank == 2 && !weight.isBatched && weight.dimensions[0] == 4 * weight.dimensions[1],
            "a recurrent weight of [4H, H] expected, \(weight) found"
        )
        try require(
            gates.rank == 3 && gates.extents[2] == weight.dimensions[0],
            "gates of [R, T, \(weight.dimensions[0])] expected, \(gates) found"
        )
        try requireVectors(inputs.dropFirst(2), extent: weight.dimensions[0])
        return gates.replacing(axis: 2, with: weight.dimensions[1])
    }

    private func transposeType(
        _ inputs: [TensorType],
        _ permutation: [Int]
    ) throws(GraphError) -> TensorType {
        let x = try first(of: inputs, allowedCounts: 1...1, minimumRank: 1)
        try require(
            permutation.sorted() == Array(0..<x.rank) && (!x.isBatched || permutation[0] == 0),
            "\(permutation) is no permutation of \(x) that leaves the batch in place"
        )
        let extents = permutation.map { x.extents[$0] }
        return TensorType(
            batchFactor: x.batchFactor,
            dimensions: x.isBatched ? Array(extents.dropFirst()) : extents
        )
    }

    private func concatenationType(_ inputs: [TensorType], axis: Int) throws(GraphError) -> TensorType {
        let x = try first(of: inputs, allowedCounts: 1...Int.max, minimumRank: 1)
        try requireAxis(axis, of: x)
        if x.isBatched { try require(axis > 0, "values are not joined along the batch") }
        for other in inputs {
            try require(
                other.rank == x.rank && other.batchFactor == x.batchFactor
                    && other.replacing(axis: axis, with: 1) == x.replacing(axis: axis, with: 1),
                "\(x) and \(other) do not join along axis \(axis)"
            )
        }
        return x.replacing(axis: axis, with: inputs.reduce(0) { $0 + $1.extents[axis] })
    }

    private func paddingType(
        _ inputs: [TensorType],
        _ amounts: PaddingAmounts
    ) throws(GraphError) -> TensorType {
        let x = try first(of: inputs, allowedCounts: 1...1, minimumRank: 1)
        try require(amounts.before.count == x.rank, "\(amounts.before.count) padding amounts for \(x)")
        var result = x
        for axis in 0..<x.rank {
            let (before, after) = (amounts.before[axis], amounts.after[axis])
            if x.isBatched && axis == 0 {
                try require(before == 0 && after == 0, "the batch is not padded")
                continue
            }
            let extent = x.extents[axis] + before + after
            try require(
                extent > 0,
                "padding of \(before) and \(after) leaves nothing of axis \(axis) of \(x)"
            )
            if amounts.mode == .reflect {
                try require(
                    before < x.extents[axis] && after < x.extents[axis],
                    "reflection by \(before) and \(after) needs more than axis \(axis) of \(x) has"
                )
            }
            result = result.replacing(axis: axis, with: extent)
        }
        return result
    }

    private func first(
        of inputs: [TensorType],
        allowedCounts: ClosedRange<Int>,
        minimumRank: Int
    ) throws(GraphError) -> TensorType {
        guard let x = inputs.first, allowedCounts.contains(inputs.count) else {
            throw GraphError(code: .shape, message: "\(inputs.count) inputs, expected \(allowedCounts)")
        }
        try require(x.rank >= minimumRank, "\(x) has fewer than \(minimumRank) axes")
        return x
    }

    private func requireAxis(_ axis: Int, of type: TensorType) throws(GraphError) {
        try require((0..<type.rank).contains(axis), "\(type) has no axis \(axis)")
    }

    private func requireVectors(
        _ types: ArraySlice<TensorType>,
        extent: Int
    ) throws(GraphError) {
        for type in types {
            try require(type == .constant([extent]), "a vector of \(extent) expected, \(type) found")
        }
    }

    private func require(_ condition: Bool, _ message: @autoclosure () -> String) throws(GraphError) {
        guard condition else { throw GraphError(code: .shape, message: message()) }
    }
}
