import Graph

extension NetCase {
    /// Joins of channels: dense blocks, joins of joins, parts that end inside of a block, and what follows a join.
    static let joins: [NetCase] = [
        NetCase("dense block", 3, 10, 10) { b, x throws(GraphError) in
            // Each layer joins everything before it anew; growth by whole blocks of channels.
            var features = [try b.block("stem", x, 32, kernel: 3, stride: 1, activation: .relu)]
            for index in 0..<4 {
                let joined = try b.joined(features)
                let normed = try b.scope("norm\(index)") { () throws(GraphError) in
                    try b.activation(try b.batchNormalization(joined), .relu)
                }
                features.append(
                    try b.block("layer\(index)", normed, 16, kernel: 3, stride: 1, activation: nil)
                )
            }
            let all = try b.joined(features)
            // This must not happen in place: all of it is read again, and so is a part, an earlier join.
            let changed = try b.activation(all, .relu)
            let middle = try b.block(
                "e",
                try b.joined(Array(features[...2])),
                96,
                kernel: 1,
                stride: 1,
                activation: nil
            )
            return try b.add(try b.add(changed, middle), all)
        },
        NetCase("dense block of half blocks", 3, 10, 10) { b, x throws(GraphError) in
            var features = [try b.block("stem", x, 24, kernel: 3, stride: 1, activation: .relu)]
            for index in 0..<3 {
                let joined = try b.joined(features)
                features.append(
                    try b.block("layer\(index)", joined, 12, kernel: 3, stride: 1, activation: .relu)
                )
            }
            return try b.joined(features)
        },
        NetCase("joins of joins", 3, 9, 9) { b, x throws(GraphError) in
            let y = try b.block("stem", x, 32, kernel: 3, stride: 1, activation: .relu)
            let z = try b.block("a", y, 16, kernel: 1, stride: 1, activation: .silu)
            // Twice the same, in the middle, at the end, and of one's own parts.
            let twice = try b.joined([y, z])
            let inside = try b.joined([z, y, z, y])
            let again = try b.joined([y, z])
            let whole = try b.joined([twice, again, twice])
            let first = try b.block("b", inside, 16, kernel: 1, stride: 1, activation: nil)
            let second = try b.block("c", whole, 16, kernel: 3, stride: 1, activation: nil)
            return try b.joined([try b.add(first, second), z, z, try b.add(z, first)])
        },
        NetCase("parts that end inside of a block", 3, 8, 8) { b, x throws(GraphError) in
            // A ghost module: the cheap half is made from the first half, which the join holds already.
            var y = try b.block("stem", x, 40, kernel: 3, stride: 1, activation: .relu)
            for index in 0..<2 {
                let half = try b.block("half\(index)", y, 24, kernel: 1, stride: 1, activation: .relu)
                let cheap = try b.block(
                    "cheap\(index)",
                    half,
                    24,
                    kernel: 3,
                    stride: 1,
                    groups: 24,
                    activation: .relu
                )
                y = try b.joined([half, cheap])
            }
            // Here the first part is read after the join: by a convolution, and through a slice.
            let part = try b.block("part", y, 20, kernel: 1, stride: 1, activation: nil)
            let joined = try b.joined([
                part, try b.block("other", y, 20, kernel: 1, stride: 1, activation: nil),
            ])
            let later = try b.block("later", part, 40, kernel: 3, stride: 1, activation: nil)
            let sliced = try b.append(.slice(axis: 1, start: 0, count: 20, step: 1), [joined])
            return try b.joined([try b.add(joined, later), sliced, part])
        },
        NetCase("filters of several sizes", 3, 10, 10) { b, x throws(GraphError) in
            let y = try b.block("stem", x, 40, kernel: 3, stride: 1, activation: .relu)
            func mixed(_ name: String, _ counts: [Int]) throws(GraphError) -> Value {
                var (start, parts) = (0, [Value]())
                for (index, count) in counts.enumerated() {
                    let part = try b.append(.slice(axis: 1, start: start, count: count, step: 1), [y])
                    let convolution = Convolution(
                        outputChannels: count,
                        kernel: Extent(3 + 2 * index),
                        padding: Edges(1 + index),
                        groups: count
                    )
                    parts.append(
                        try b.scope("\(name)\(index)") { () throws(GraphError) in
                            try b.convolution(part, convolution)
                        }
                    )
                    start += count
                }
                return try b.scope("\(name)norm") { () throws(GraphError) in
                    try b.batchNormalization(try b.joined(parts))
                }
            }
            // The second norm is read twice: its activation stays, the norm does not.
            let first = try b.activation(try mixed("a", [16, 16, 8]), .silu)
            let second = try mixed("b", [20, 20])
            return try b.add(try b.add(first, second), try b.activation(second, .relu))
        },
    ]
}

extension GraphBuilder {
    /// The channels of all, one after another.
    func joined(_ values: [Value]) throws(GraphError) -> Value {
        try append(.concatenation(axis: 1), values)
    }
}
