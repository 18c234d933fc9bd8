internal import Foundation
internal import Graph

/// Rotation of query's and key's features by the place of their patch (https://arxiv.org/abs/2104.09864).
///
/// Source: timm/layers/pos_embed_sincos.py.
struct RotaryEmbedding: Sendable, Equatable {
    /// Where the angles come from.
    enum Kind: Sendable, Equatable {
        /// Place times a geometric series of frequencies: `RotaryEmbeddingCat`. A grid of another size is scaled to
        /// `reference` rows and columns.
        case index(reference: Int? = nil, offset: Float = 0)
        /// Places between -1 and 1 over a series of periods: `RotaryEmbeddingDinoV3`.
        case centered
        /// Learned frequencies for each head of each block: `RotaryEmbeddingMixed`.
        case learned
    }

    var kind: Kind
    var temperature: Float = 10000
    /// Whether columns come before rows.
    var putsColumnsFirst = false
    /// Whether a feature is turned with the one half a head away; else with its neighbour.
    var pairsHalves = false
    /// Whether each axis has a half of the head in which the halves are paired; else the head's halves are.
    var pairsWithinAxes = false
}

/// The tables of a rotation for one block: what is multiplied, and which feature is added.
struct RotaryTables {
    /// `[tokens, size]` or `[heads, tokens, size]`, static.
    var cosine: Value
    /// The same of the sines, with the sign of the partner.
    var sine: Value
    /// The partner of each feature.
    var partners: [Int]
}

extension GraphBuilder {
    /// `x` `[N, heads, tokens, size]` turned.
    func rotated(_ x: Value, _ tables: RotaryTables) throws(GraphError) -> Value {
        let partner = try append(.gather(axis: 3, indices: tables.partners), [x])
        return try add(multiply(x, tables.cosine), multiply(partner, tables.sine))
    }

    /// The tables of each block for a map of `grid`; the first `prefix` tokens are not turned.
    func rotaryTables(
        _ embedding: RotaryEmbedding,
        grid: Extent,
        prefix: Int,
        size: Int,
        heads: Int,
        depth: Int
    ) throws(GraphError) -> [RotaryTables] {
        let span = embedding.pairsWithinAxes ? size / 2 : size
        let half = span / 2
        let partners = (0..<size).map {
            embedding.pairsHalves ? $0 / span * span + ($0 % span + half) % span : $0 ^ 1
        }
        let signs: [Float] = (0..<size).map {
            (embedding.pairsHalves ? $0 % span < half : $0 % 2 == 0) ? -1 : 1
        }
        if embedding.kind == .learned {
            return try learnedTables(
                grid,
                prefix: prefix,
                size: size,
                heads: heads,
                depth: depth,
                partners,
                signs
            )
        }
        let angles = Self.angles(embedding, grid: grid, size: size)
        var cosines = [Float](repeating: 1, count: prefix * size)
        var sines = [Float](repeating: 0, count: prefix * size)
        for place in angles {
            for feature in 0..<size {
                let band = embedding.pairsHalves ? feature / span * half + feature % half : feature / 2
                let angle = place[band]
                cosines.append(cos(angle))
                sines.append(sin(angle) * signs[feature])
            }
        }
        let shape = [prefix + grid.height * grid.width, size]
        let tables = RotaryTables(
            cosine: try constant(cosines, shape),
            sine: try constant(sines, shape),
            partners: partners
        )
        return [RotaryTables](repeating: tables, count: depth)
    }

    /// The angles of each place, half a head's features of them: those of the first axis, then of the second.
    private static func angles(_ embedding: RotaryEmbedding, grid: Extent, size: Int) -> [[Float]] {
        let count = size / 4
        func coordinate(_ index: Int, _ extent: Int) -> Float {
            switch embedding.kind {
            case .index(let reference, let offset):
                let place = Float(index) + offset
                return reference.map { place / Float(extent) * Float($0) } ?? place
            case .centered: return 2 * ((Float(index) + 0.5) / Float(extent)) - 1
            case .learned: return 0
            }
        }
        let bands = (0..<count).map { band -> Float in
            let power = pow(embedding.temperature, Float(band) / Float(count))
            return embedding.kind == .centered ? 2 * Float.pi / power : 1 / power
        }
        var result: [[Float]] = []
        for row in 0..<grid.height {
            for column in 0..<grid.width {
                let (y, x) = (coordinate(row, grid.height), coordinate(column, grid.width))
                let places = embedding.putsColumnsFirst ? [x, y] : [y, x]
                result.append(places.flatMap { place in bands.map { place * $0 } })
            }
        }
        return result
    }

    /// Tables of learned frequencies: cosine and sine of parameters, as powers of unit complex numbers.
    ///
    /// The graph has no sine, and needs none: angles are whole multiples of the frequencies.
    private func learnedTables(
        _ grid: Extent,
        prefix: Int,
        size: Int,
        heads: Int,
        depth: Int,
        _ partners: [Int],
        _ signs: [Float]
    ) throws(GraphError) -> [RotaryTables] {
        let half = size / 2
        let frequencies = try parameter("freqs", [2, depth, heads, half])
        func axis(_ index: Int, _ extent: Int, _ places: [Int]) throws(GraphError) -> Complex {
            let one = try slice(frequencies, axis: 0, index, 1)
            let powers = try powers(of: unitComplex(one), count: extent)
            return Complex(
                real: try append(.gather(axis: 0, indices: places), [powers.real]),
                imaginary: try append(.gather(axis: 0, indices: places), [powers.imaginary])
            )
        }
        let area = grid.height * grid.width
        let columns = try axis(0, grid.width, (0..<area).map { $0 % grid.width })
        let rows = try axis(1, grid.height, (0..<area).map { $0 / grid.width })
        let turns = try product(columns, rows)
        // [tokens, depth, heads, half] to [depth, heads, tokens, size], each angle twice.
        func spread(_ x: Value, _ start: Float) throws(GraphError) -> Value {
            let doubled = try append(.gather(axis: 3, indices: (0..<size).map { $0 / 2 }), [x])
            let turned = try transpose(doubled, [1, 2, 0, 3])
            guard prefix > 0 else { return turned }
            let count = depth * heads * prefix * size
            let first = try constant(
                [Float](repeating: start, count: count),
                [depth, heads, prefix, size]
            )
            return try concatenate([first, turned], axis: 2)
        }
        let cosine = try spread(turns.real, 1)
        let sine = try multiply(spread(turns.imaginary, 0), constant(signs, [size]))
        var result: [RotaryTables] = []
        for block in 0..<depth {
            let shape = [heads, prefix + area, size]
            result.append(
                RotaryTables(
                    cosine: try reshapeStatic(slice(cosine, axis: 0, block, 1), shape),
                    sine: try reshapeStatic(slice(sine, axis: 0, block, 1), shape),
                    partners: partners
                )
            )
        }
        return result
    }

    /// A static complex number in each place.
    private struct Complex {
        var real: Value
        var imaginary: Value
    }

    private func product(_ left: Complex, _ right: Complex) throws(GraphError) -> Complex {
        Complex(
            real: try append(
                .binary(.subtract),
                [multiply(left.real, right.real), multiply(left.imaginary, right.imaginary)]
            ),
            imaginary: try add(
                multiply(left.imaginary, right.real),
                multiply(left.real, right.imaginary)
            )
        )
    }

    /// `exp(i angle)`: Taylor's series at an eighth of the angle, squared three times.
    private func unitComplex(_ angle: Value) throws(GraphError) -> Complex {
        let small = try affine(angle, 0.125)
        let square = try multiply(small, small)
        func series(_ divisors: [Float]) throws(GraphError) -> Value {
            var sum = try affine(square, -1 / divisors[divisors.count - 1], 1)
            for divisor in divisors.dropLast().reversed() {
                sum = try affine(multiply(square, sum), -1 / divisor, 1)
            }
            return sum
        }
        var result = Complex(
            real: try series([2, 12, 30, 56, 90]),
            imaginary: try multiply(small, series([6, 20, 42, 72, 110]))
        )
        for _ in 0..<3 { result = try product(result, result) }
        return result
    }

    /// Powers 0 to `count - 1` of `base` `[1, ...]` along axis 0.
    private func powers(of base: Complex, count: Int) throws(GraphError) -> Complex {
        let extents = base.real.type.dimensions
        let size = extents.reduce(1, *)
        var list = [
            Complex(
                real: try constant([Float](repeating: 1, count: size), extents),
                imaginary: try constant([Float](repeating: 0, count: size), extents)
            )
        ]
        for power in 1..<max(count, 2) {
            if power == 1 {
                list.append(base)
            } else {
                let halved = try product(list[power / 2], list[power / 2])
                list.append(power % 2 == 0 ? halved : try product(halved, base))
            }
        }
        return Complex(
            real: try concatenate(list.map(\.real), axis: 0),
            imaginary: try concatenate(list.map(\.imaginary), axis: 0)
        )
    }
}
