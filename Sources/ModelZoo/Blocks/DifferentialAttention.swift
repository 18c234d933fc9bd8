internal import Foundation
internal import Graph

/// Attention as the difference of two softmax maps (https://arxiv.org/abs/2410.05258).
///
/// Source: timm/layers/diff_attention.py, `DiffAttention`.
struct DifferentialAttention: Sendable, Equatable {
    /// Heads, each of two halves.
    var heads: Int
    /// The block's number, of which the constant part of the weight is a function.
    var depth: Int

    /// The weight of the second map before training.
    var initialWeight: Float { Float(0.8 - 0.6 * exp(-0.3 * Double(depth))) }
}

extension GraphBuilder {
    /// Differential attention at the current path over `[N, tokens, width]`.
    func differentialAttention(
        _ x: Value,
        _ layer: DifferentialAttention,
        hasBias: Bool
    ) throws(GraphError) -> Value {
        let width = x.features
        let qkv = try linear(x, "qkv", 3 * width, hasBias: hasBias)
        let mixed = try differentialMix(
            query: slice(qkv, axis: 2, 0, width),
            key: slice(qkv, axis: 2, width, width),
            value: slice(qkv, axis: 2, 2 * width, width),
            layer
        )
        return try linear(mixed, "proj", width)
    }

    /// The difference of the two maps applied to the values, normalised a head: `[N, tokens, width]`.
    func differentialMix(
        query: Value,
        key: Value,
        value: Value,
        _ layer: DifferentialAttention
    ) throws(GraphError) -> Value {
        let tokens = query.type.dimensions[0]
        let size = query.features / layer.heads / 2
        func half(_ x: Value, _ index: Int) throws(GraphError) -> Value {
            let apart = try reshape(x, [tokens, layer.heads, 2, size])
            let one = try reshape(slice(apart, axis: 3, index, 1), [tokens, layer.heads, size])
            return try transpose(one, [0, 2, 1, 3])
        }
        let values = try splitHeads(value, parts: 1, heads: layer.heads)[0]
        let first = try attention(half(query, 0), half(key, 0), values)
        let second = try attention(half(query, 1), half(key, 1), values)
        let weight = try secondWeight(size: size, initial: layer.initialWeight)
        let difference = try append(.binary(.subtract), [first, multiply(second, weight)])
        let normal = try normalization(difference, "sub_norm", .rootMeanSquare(epsilon: 1e-5))
        return try joinHeads(affine(normal, 1 - layer.initialWeight))
    }

    /// `exp(q1 k1) - exp(q2 k2) + initial`: static, of one element.
    private func secondWeight(size: Int, initial: Float) throws(GraphError) -> Value {
        func power(_ index: Int) throws(GraphError) -> Value {
            let query = try parameter("lambda_q\(index)", [size])
            let key = try parameter("lambda_k\(index)", [size])
            let sum = try append(.reduction(.sum, axes: [0], keepsAxes: true), [multiply(query, key)])
            return try activation(sum, .exponential)
        }
        return try affine(append(.binary(.subtract), [power(1), power(2)]), 1, initial)
    }
}
