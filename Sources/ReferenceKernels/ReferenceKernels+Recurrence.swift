internal import Graph
internal import Tensors

extension ReferenceKernels {
    /// An LSTM; inputs: gates `[R, T, 4H]`, the recurrent weight `[4H, H]`, and the recurrent bias `[4H]`.
    ///
    /// `c' = sigmoid(f) c + sigmoid(i) tanh(g)` and `h' = sigmoid(o) tanh(c')`, where i, f, g and o are a step's gates
    /// with `W h` added.
    static func recur(_ inputs: [ReferenceValue], isReversed: Bool, shape: Shape) -> ReferenceValue {
        let (gates, weight) = (inputs[0], inputs[1])
        let (rows, steps, width) = (shape[0], shape[1], shape[2])
        var values = [Float](repeating: 0, count: shape.count)
        for row in 0..<rows {
            var state = [Double](repeating: 0, count: width)
            var cell = state
            for turn in 0..<steps {
                let place = row * steps + (isReversed ? steps - 1 - turn : turn)
                let sums = (0..<4 * width).map { gate in
                    var sum = gates[place * 4 * width + gate]
                    if inputs.count > 2 { sum += inputs[2][gate] }
                    for index in 0..<width { sum += weight[gate * width + index] * state[index] }
                    return sum
                }
                for index in 0..<width {
                    let input = Activation.sigmoid.reference(sums[index])
                    let forget = Activation.sigmoid.reference(sums[width + index])
                    let candidate = Activation.tanh.reference(sums[2 * width + index])
                    let output = Activation.sigmoid.reference(sums[3 * width + index])
                    cell[index] = forget * cell[index] + input * candidate
                    state[index] = output * Activation.tanh.reference(cell[index])
                    values[place * width + index] = Float(state[index])
                }
            }
        }
        return ReferenceValue(shape: shape, values: values)
    }
}
