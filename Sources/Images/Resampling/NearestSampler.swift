/// Takes the nearest source pixel along each axis.
///
/// Source: Pillow, src/libImaging/Geometry.c `ImagingScaleAffine`: positions are summed up, not multiplied, and the
/// sums' rounding is part of the result.
enum NearestSampler {
    /// The source position of each of `outputs`, or nil where the sum has run past the edge: such pixels are 0.
    static func positions(inputCount: Int, outputCount: Int, outputs: Range<Int>) -> [Int?] {
        let step = Double(inputCount) / Double(outputCount)
        var position = step * 0.5
        var positions: [Int?] = []
        positions.reserveCapacity(outputs.count)
        for output in 0..<outputs.upperBound {
            if output >= outputs.lowerBound {
                let index = Int(position)
                positions.append(index < inputCount ? index : nil)
            }
            position += step
        }
        return positions
    }

    /// The kept part of the resized picture, rows without gaps, `pixelStride` elements a pixel, from the rows of
    /// `region`.
    static func resample<Element>(
        _ source: UnsafePointer<Element>,
        region: PictureRegion,
        pixelStride: Int,
        plan: ResizePlan,
        zero: Element
    ) -> [Element] {
        let columns = positions(
            inputCount: plan.source.width,
            outputCount: plan.resized.width,
            outputs: plan.columns
        )
        let rows = positions(
            inputCount: plan.source.height,
            outputCount: plan.resized.height,
            outputs: plan.rows
        )
        var result = [Element](repeating: zero, count: rows.count * columns.count * pixelStride)
        for (y, row) in rows.enumerated() {
            guard let row else { continue }
            for (x, column) in columns.enumerated() {
                guard let column else { continue }
                let from = region.offset(row: row, column: column) * pixelStride
                let to = (y * columns.count + x) * pixelStride
                for lane in 0..<pixelStride { result[to + lane] = unsafe source[from + lane] }
            }
        }
        return result
    }
}
