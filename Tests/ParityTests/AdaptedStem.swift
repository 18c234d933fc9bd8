import Tensors

/// timm's rule for the first convolution at another channel count, written down a second time for the tests.
///
/// Source: timm/models/_manipulate.py, `adapt_input_conv`.
enum AdaptedStem {
    /// `[O, I, J, K]` for `channels` channels; I is 3, or a multiple of 3 if `channels` is 1.
    static func adapt(_ tensor: Tensor, to channels: Int) -> Tensor {
        let extents = tensor.shape.dimensions
        let (outputs, inputs, taps) = (extents[0], extents[1], extents[2] * extents[3])
        guard channels != 3 else { return tensor }
        let values = tensor.floats
        let kept = channels == 1 ? inputs / 3 : channels
        var result: [Float] = []
        for output in 0..<outputs {
            for channel in 0..<kept {
                for tap in 0..<taps {
                    func value(_ input: Int) -> Float { values[(output * inputs + input) * taps + tap] }
                    if channels == 1 {
                        result.append(value(channel * 3) + value(channel * 3 + 1) + value(channel * 3 + 2))
                    } else {
                        result.append(value(channel % 3) * (3 / Float(channels)))
                    }
                }
            }
        }
        return Tensor(shape: Shape([outputs, kept, extents[2], extents[3]]), values: result)
    }
}
