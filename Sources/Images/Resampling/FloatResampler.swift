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
            return unsafe NearestSampler.resample(
                source,
                region: PictureRegion(width: plan.source.width, height: plan.source.height),
                pixelStride: 1,
                plan: plan,
                zero: 0
            )
        }
        let across = plan.weightsAcross(filter)
        let down = plan.weightsDown(filter)
        let rows = down?.source ?? plan.rows
        let columns = across?.source ?? plan.columns
        // The part of the source that the kept part is made of.
        var plane = unsafe Plane(
            values: [Float](unsafeUninitializedCapacity: rows.count * columns.count) { target, initialized in
                guard let part = target.baseAddress else { return }
                for (index, row) in rows.enumerated() {
                    let start = unsafe source + row * plan.source.width + columns.lowerBound
                    unsafe (part + index * columns.count).initialize(from: start, count: columns.count)
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

    /// Filters four rows at a time: their sums are the vector's lanes.
    private static func horizontal(_ plane: Plane, _ weights: ResamplingWeights) -> Plane {
        let origin = weights.source.lowerBound
        let width = weights.firsts.count
        let count = width * plane.height
        let last = plane.height - 1
        let values = unsafe [Float](unsafeUninitializedCapacity: count) { target, initialized in
            initialized = count
            unsafe plane.values.withUnsafeBufferPointer { source in
                unsafe weights.values.withUnsafeBufferPointer { kernels in
                    guard let source = source.baseAddress, let kernels = kernels.baseAddress else { return }
                    for row in stride(from: 0, through: last, by: 4) {
                        let rows = (row, min(row + 1, last), min(row + 2, last), min(row + 3, last))
                        let lines = unsafe (
                            source + rows.0 * plane.width, source + rows.1 * plane.width,
                            source + rows.2 * plane.width, source + rows.3 * plane.width
                        )
                        for output in 0..<width {
                            let first = weights.firsts[output] &- origin
                            let kernel = unsafe kernels + output &* weights.stride
                            var sums = SIMD4<Double>(repeating: 0)
                            for tap in 0..<weights.counts[output] {
                                let at = first &+ tap
                                let samples = unsafe SIMD4<Double>(
                                    Double(lines.0[at]),
                                    Double(lines.1[at]),
                                    Double(lines.2[at]),
                                    Double(lines.3[at])
                                )
                                unsafe sums += samples * kernel[tap]
                            }
                            unsafe target[rows.0 * width + output] = Float(sums[0])
                            unsafe target[rows.1 * width + output] = Float(sums[1])
                            unsafe target[rows.2 * width + output] = Float(sums[2])
                            unsafe target[rows.3 * width + output] = Float(sums[3])
                        }
                    }
                }
            }
        }
        return Plane(values: values, width: width)
    }

    /// Filters four columns at a time: their sums are the vector's lanes.
    private static func vertical(_ plane: Plane, _ weights: ResamplingWeights) -> Plane {
        let origin = weights.source.lowerBound
        let width = plane.width
        let count = width * weights.firsts.count
        let values = unsafe [Float](unsafeUninitializedCapacity: count) { target, initialized in
            initialized = count
            unsafe plane.values.withUnsafeBufferPointer { source in
                unsafe weights.values.withUnsafeBufferPointer { kernels in
                    guard let source = source.baseAddress, let kernels = kernels.baseAddress else { return }
                    for output in weights.firsts.indices {
                        let first = unsafe source + (weights.firsts[output] - origin) * width
                        let kernel = unsafe kernels + output * weights.stride
                        let taps = weights.counts[output]
                        var column = 0
                        while column + 4 <= width {
                            var sums = SIMD4<Double>(repeating: 0)
                            for tap in 0..<taps {
                                let at = unsafe first + (tap &* width &+ column)
                                let samples = unsafe SIMD4<Double>(
                                    Double(at[0]),
                                    Double(at[1]),
                                    Double(at[2]),
                                    Double(at[3])
                                )
                                unsafe sums += samples * kernel[tap]
                            }
                            for lane in 0..<4 {
                                unsafe target[output * width + column + lane] = Float(sums[lane])
                            }
                            column += 4
                        }
                        while column < width {
                            var sum = 0.0
                            for tap in 0..<taps {
                                sum += unsafe Double(first[tap &* width &+ column]) * kernel[tap]
                            }
                            unsafe target[output * width + column] = Float(sum)
                            column += 1
                        }
                    }
                }
            }
        }
        return Plane(values: values, width: width)
    }
}
