internal import Graph

extension GraphBuilder {
    /// PyTorch's ConvTranspose2d called `name`, of one group, where it makes each extent `stride` times as large:
    /// `kernel - 2 padding = stride`, or an odd filter of stride 1 that keeps them.
    ///
    /// Outputs whose places agree modulo the stride see the same taps of the filter, so that each such set is an
    /// ordinary convolution of the input; their results are woven together.
    func transposedConvolution(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Int,
        stride: Int,
        padding: Int
    ) throws(GraphError) -> Value {
        try scope(name) { () throws(GraphError) in
            let weight = try parameter("weight", [x.channels, outputs, kernel, kernel])
            let bias = try parameter("bias", [outputs])
            let filter = try transpose(weight, [1, 0, 2, 3])
            let phases = (0..<stride).map {
                TransposedPhase(phase: $0, kernel: kernel, stride: stride, padding: padding)
            }
            var rows: [Value] = []
            for vertical in phases {
                let taps = try append(.gather(axis: 2, indices: vertical.taps), [filter])
                var columns: [Value] = []
                for horizontal in phases {
                    let part = try append(.gather(axis: 3, indices: horizontal.taps), [taps])
                    let shape = Convolution(
                        outputChannels: outputs,
                        kernel: Extent(height: vertical.taps.count, width: horizontal.taps.count),
                        padding: Edges(
                            top: vertical.before,
                            left: horizontal.before,
                            bottom: vertical.after,
                            right: horizontal.after
                        )
                    )
                    columns.append(try append(.convolution(shape), [x, part, bias]))
                }
                rows.append(try woven(columns, isVertical: false))
            }
            return try woven(rows, isVertical: true)
        }
    }

    /// Maps of one type in turn along the rows or the columns: a row of the first, one of the second, and so on.
    private func woven(_ maps: [Value], isVertical: Bool) throws(GraphError) -> Value {
        guard maps.count > 1, let first = maps.first else { return maps[0] }
        let (channels, height, width) = (first.channels, first.height, first.width)
        let extents = isVertical ? [channels, height, 1, width] : [channels, height, width, 1]
        var parts: [Value] = []
        for map in maps { parts.append(try reshape(map, extents)) }
        let joined = try concatenate(parts, axis: isVertical ? 3 : 4)
        let count = maps.count
        return try reshape(
            joined,
            isVertical ? [channels, height * count, width] : [channels, height, width * count]
        )
    }
}

/// The taps of a transposed convolution that the outputs at `stride m + phase` see, as a filter around input m.
private struct TransposedPhase {
    /// Their indices, in the order of the inputs that they meet.
    let taps: [Int]
    /// Inputs before m.
    let before: Int
    /// Inputs after m.
    let after: Int

    /// Input i reaches output `stride i - padding + tap`.
    init(phase: Int, kernel: Int, stride: Int, padding: Int) {
        taps = (0..<kernel).reversed().filter { (phase + padding - $0) % stride == 0 }
        let offsets = taps.map { (phase + padding - $0) / stride }
        before = -(offsets.first ?? 0)
        after = offsets.last ?? 0
    }
}
