internal import Tensors

/// Resizes 8-bit pictures bit by bit as Pillow does: two passes in fixed point, each rounded and clipped to 8 bits.
///
/// Source: Pillow, src/libImaging/Resample.c, `ImagingResampleHorizontal_8bpc` and `...Vertical_8bpc`. Sums of 32-bit
/// products are the same in any order, so the loops may be arranged for vectors.
enum ByteResampler {
    /// Resizes a picture and gives the kept part, rows without gaps.
    ///
    /// `source` holds rows without gaps, `pixelStride` bytes a pixel, 1 or 4; each byte is a channel of its own.
    static func resample(
        _ source: UnsafePointer<UInt8>,
        pixelStride: Int,
        plan: ResizePlan,
        interpolation: InputSpec.Interpolation
    ) -> [UInt8] {
        guard let filter = ResamplingFilter(interpolation) else {
            return unsafe NearestSampler.resample(source, pixelStride: pixelStride, plan: plan, zero: 0)
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
        // The part of the source that the kept part is made of.
        let rows = down?.source ?? plan.rows
        let columns = across?.source ?? plan.columns
        let sourceRow = plan.source.width * pixelStride
        let rowByteCount = plan.columns.count * pixelStride
        let byteCount = plan.rows.count * rowByteCount
        return unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { target, initialized in
            initialized = byteCount
            guard let result = target.baseAddress else { return }
            let part = unsafe Rows(
                start: source + rows.lowerBound * sourceRow + columns.lowerBound * pixelStride,
                rowByteCount: sourceRow
            )
            switch (across, down) {
            case (nil, nil):
                for row in 0..<plan.rows.count {
                    unsafe (result + row * rowByteCount).update(from: part[row], count: rowByteCount)
                }
            case (let across?, nil):
                let pass = HorizontalPass(across, pixelStride: pixelStride)
                unsafe pass.run(part, rowCount: rows.count, into: result)
            case (nil, let down?):
                let pass = VerticalPass(down, rowByteCount: rowByteCount)
                unsafe pass.run(part, into: result)
            case (let across?, let down?) where !plan.isVerticalFirst:
                let horizontal = HorizontalPass(across, pixelStride: pixelStride)
                let vertical = VerticalPass(down, rowByteCount: rowByteCount)
                unsafe withTemporaryBytes(rows.count * rowByteCount) { middle in
                    unsafe horizontal.run(part, rowCount: rows.count, into: middle)
                    unsafe vertical.run(Rows(start: middle, rowByteCount: rowByteCount), into: result)
                }
            case (let across?, let down?):
                let partByteCount = columns.count * pixelStride
                let vertical = VerticalPass(down, rowByteCount: partByteCount)
                let horizontal = HorizontalPass(across, pixelStride: pixelStride)
                unsafe withTemporaryBytes(plan.rows.count * partByteCount) { middle in
                    unsafe vertical.run(part, into: middle)
                    unsafe horizontal.run(
                        Rows(start: middle, rowByteCount: partByteCount),
                        rowCount: plan.rows.count,
                        into: result
                    )
                }
            }
        }
    }

    private static func withTemporaryBytes(_ count: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Void) {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count + 16) { buffer in
            if let start = buffer.baseAddress { unsafe body(start) }
        }
    }
}

/// Rows of bytes at a fixed distance.
@unsafe struct Rows {
    let start: UnsafePointer<UInt8>
    let rowByteCount: Int

    init(start: UnsafePointer<UInt8>, rowByteCount: Int) {
        unsafe self.start = start
        unsafe self.rowByteCount = rowByteCount
    }

    subscript(row: Int) -> UnsafePointer<UInt8> { unsafe start + row * rowByteCount }
}
