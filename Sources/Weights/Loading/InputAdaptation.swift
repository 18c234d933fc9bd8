import Tensors

/// timm's rule for pretrained first convolutions when a picture has another number of channels.
///
/// Source: timm/models/_manipulate.py, `adapt_input_conv`, and timm/models/_builder.py, `load_pretrained` (1.0.31). Where timm
/// has no rule it leaves the convolution random; here that is an error.
struct InputAdaptation {
    /// Channels of the pictures that the weights were trained on: the tag's, almost always 3.
    var baseChannels: Int
    /// Channels of the pictures to come.
    var inputChannels: Int
    /// The model, as messages call it.
    var modelName: String

    /// The weight `name` for the new channel count.
    ///
    /// The arithmetic is float32, whatever the type; the result has the weight's type again. A weight that has the
    /// expected shape already is returned as it is (a checkpoint tuned on such pictures), and so is one that no
    /// number of channels explains: the account of all tensors names it.
    /// - Parameters:
    ///   - weight: `[O, I, J, K]`, row-major.
    ///   - name: its name.
    ///   - expected: the extents that the model wants.
    /// - Returns: the weight for ``inputChannels``.
    /// - Throws: ``WeightsError`` of code `inputChannels` where timm has no rule.
    func adapt(_ weight: Tensor, name: String, expected: [Int]) throws(WeightsError) -> Tensor {
        guard weight.shape.dimensions != expected, inputChannels != baseChannels else { return weight }
        guard weight.shape.rank == 4, weight.dtype.isFloatingPoint else {
            guard weight.shape.rank == expected.count, weight.shape.rank != 4 else { return weight }
            throw refusal(of: weight, name: name, reason: "it is no convolution over channels")
        }
        guard weight.count > 0, expected.count == 4 else { return weight }
        // Extents of a file with elements are small; those of a request are not to be trusted.
        let scaled = weight.shape[1].multipliedReportingOverflow(by: inputChannels)
        let wanted = expected[1].multipliedReportingOverflow(by: baseChannels)
        guard !scaled.overflow, !wanted.overflow, scaled.partialValue == wanted.partialValue else {
            return weight
        }
        if inputChannels == 1 { return try summed(weight, name: name) }
        guard weight.shape[1] == baseChannels else {
            throw refusal(
                of: weight,
                name: name,
                reason: "its input is rearranged before it (space to depth)"
            )
        }
        return repeated(weight)
    }

    /// Sums the channels of each group of `baseChannels`: one group, or several where space was turned to depth.
    private func summed(_ weight: Tensor, name: String) throws(WeightsError) -> Tensor {
        let shape = weight.shape
        let groupSize = min(shape[1], baseChannels)
        guard groupSize > 0, shape[1] % groupSize == 0 else {
            throw refusal(of: weight, name: name, reason: "\(shape[1]) is no multiple of \(baseChannels)")
        }
        let groups = shape[1] / groupSize
        let area = shape[2] * shape[3]
        let source = weight.floats
        var sums = [Float](repeating: 0, count: shape[0] * groups * area)
        for group in 0..<shape[0] * groups {
            for channel in 0..<groupSize {
                let start = (group * groupSize + channel) * area
                for place in 0..<area { sums[group * area + place] += source[start + place] }
            }
        }
        return Tensor.cast(sums, to: weight.dtype, shape: [shape[0], groups, shape[2], shape[3]])
    }

    /// Repeats the channels until there are enough, and scales them so that equal channels give what they gave.
    private func repeated(_ weight: Tensor) -> Tensor {
        let shape = weight.shape
        let area = shape[2] * shape[3]
        let scale = Float(Double(baseChannels) / Double(inputChannels))
        let source = weight.floats
        var values: [Float] = []
        values.reserveCapacity(shape[0] * inputChannels * area)
        for filter in 0..<shape[0] {
            for channel in 0..<inputChannels {
                let start = (filter * shape[1] + channel % baseChannels) * area
                for place in start..<start + area { values.append(source[place] * scale) }
            }
        }
        return Tensor.cast(values, to: weight.dtype, shape: [shape[0], inputChannels, shape[2], shape[3]])
    }

    private func refusal(of weight: Tensor, name: String, reason: String) -> WeightsError {
        let alternatives = weight.shape.rank == 4 && inputChannels != 1 && weight.shape[1] % baseChannels == 0
        return WeightsError(
            code: .inputChannels,
            message:
                "the first convolution of \(modelName), \(name) of shape \(weight.shape), cannot be adapted from "
                + "\(baseChannels) to \(inputChannels) input channels: \(reason), and timm would leave it random. "
                + "Use --in-chans \(baseChannels)\(alternatives ? " or 1" : "")"
        )
    }
}
