internal import Tensors

/// Resizes one plane of floats as Pillow resizes its mode F: two passes, summed in float64, each rounded to float32.
///
/// Source: Pillow, src/libImaging/Resample.c, `ImagingResampleHorizontal_32bpc` and `...Vertical_32bpc`. A sum's order
/// is part of the result: vectors run over independent outputs only.
enum FloatResampler {
    /// Resizes `source`, `[H, W]`, and gives the kept part, rows without gaps.
    static func resample(
        _ source: UnsafePointer<Float>,
        plan: ResizePlan,
        interpolation: InputSpec.Interpolation
    ) -> [Float] {
        guard let filter = ResamplingFilter(interpolation) else {
            return unsafe NearestSampler.resample(source, pixelStride: 1, plan: plan, zero: 0)
        }
        let across =
            plan.resized.width == plan.source.width
            ? nil
            : ResamplingWeights(
                filter: filter,
                inputCount: plan.source.width,
                outputCount: plan.resized.width,
                outputs: plan.columns
            )
        let down =
            plan.resized.height == plan.source.height
            ? nil
            : ResamplingWeights(
                filter: filter,
                inputCount: plan.source.height,
                outputCount: plan.resized.height,
                outputs: plan.rows
            )
        let rows = down?.source ?? plan.rows
        let columns = across?.source ?? plan.columns
        // The part of the source that the kept part is made of.
        var plane = unsafe Plane(
            values: [Float](unsafeUninitializedCapacity: rows.count * columns.count) { target, initialized in
                for (index, row) in rows.enumerated() {
                    let start = unsafe source + row * plan.source.width + columns.lowerBound
                    for column in 0..<columns.count {
                        unsafe target.initializeElement(at: index * columns.count + column, to: start[column])
                    }
                }
                initialized = rows.count * columns.count
            },
            width: columns.count
        )
        if plan.isVerticalFirst {
            if let down { plane = vertical(plane, down) }
            if let across { plane = horizontal(plane, across) }
        } else {
            if let across { plane = horizontal(plane, across) }
            if let down { plane = vertical(plane, down) }
        }
        return plane.values
    }

    private struct Plane {
        var values: [Float]
        var width: Int
        var height: Int { width == 0 ? 0 : values.count / width }
    }

    private static func horizontal(_ plane: Plane, _ weights: ResamplingWeights) -> Plane {
        let origin = weights.source.lowerBound
        let width = weights.firsts.count
        let count = width * plane.height
        let values = unsafe [Float](unsafeUninitializedCapacity: count) { target, initialized in
            initialized = count
            unsafe plane.values.withUnsafeBufferPointer { source in
                unsafe weights.values.withUnsafeBufferPointer { kernels in
                    for row in 0..<plane.height {
                        for output in 0..<width {
                            let first = row * plane.width + weights.firsts[output] - origin
                            let kernel = output * weights.stride
                            var sum = 0.0
                            for tap in 0..<weights.counts[output] {
                                sum += unsafe Double(source[first + tap]) * kernels[kernel + tap]
                            }
                            unsafe target.initializeElement(at: row * width + output, to: Float(sum))
                        }
                    }
                }
            }
        }
        return Plane(values: values, width: width)
    }

    private static func vertical(_ plane: Plane, _ weights: ResamplingWeights) -> Plane {
        let origin = weights.source.lowerBound
        let width = plane.width
        let count = width * weights.firsts.count
        var sums = [Double](repeating: 0, count: width)
        let values = unsafe [Float](unsafeUninitializedCapacity: count) { target, initialized in
            initialized = count
            unsafe plane.values.withUnsafeBufferPointer { source in
                unsafe sums.withUnsafeMutableBufferPointer { sums in
                    for output in weights.firsts.indices {
                        let first = (weights.firsts[output] - origin) * width
                        let kernel = output * weights.stride
                        unsafe sums.update(repeating: 0)
                        for tap in 0..<weights.counts[output] {
                            let weight = weights.values[kernel + tap]
                            let row = first + tap * width
                            for column in 0..<width {
                                unsafe sums[column] += Double(source[row + column]) * weight
                            }
                        }
                        for column in 0..<width {
                            unsafe target.initializeElement(
                                at: output * width + column,
                                to: Float(sums[column])
                            )
                        }
                    }
                }
            }
        }
        return Plane(values: values, width: width)
    }
}
