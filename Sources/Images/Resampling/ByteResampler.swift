internal import KernelInterface
internal import Tensors

/// Resizes 8-bit pictures bit by bit as Pillow does: two passes in fixed point, each rounded and clipped to 8 bits.
///
/// Source: Pillow, src/libImaging/Resample.c, `ImagingResampleHorizontal_8bpc` and `...Vertical_8bpc`. Sums of 32-bit
/// products are the same in any order, so the loops may be arranged for vectors.
enum ByteResampler {
    /// Takes a row of the kept part, its number and its bytes.
    typealias Emit = (_ row: Int, _ bytes: UnsafePointer<UInt8>) -> Void

    /// Resizes a picture and gives the rows of the kept part to `emit`, from the first to the last.
    ///
    /// `source` holds the rows of `region`, a part of the picture, without gaps, `pixelStride` bytes a pixel, 1 or 4;
    /// each byte is a channel of its own.
    static func resample(
        _ source: UnsafePointer<UInt8>,
        region: PictureRegion,
        pixelStride: Int,
        plan: ResizePlan,
        interpolation: InputSpec.Interpolation,
        instructionSet: InstructionSet,
        emit: Emit
    ) {
        guard let filter = ResamplingFilter(interpolation) else {
            let kept = unsafe NearestSampler.resample(
                source,
                region: region,
                pixelStride: pixelStride,
                plan: plan,
                zero: 0
            )
            unsafe kept.withUnsafeBufferPointer { kept in
                guard let start = kept.baseAddress else { return }
                let rowByteCount = plan.columns.count * pixelStride
                for row in 0..<plan.rows.count { unsafe emit(row, start + row * rowByteCount) }
            }
            return
        }
        let across = plan.weightsAcross(filter)
        let down = plan.weightsDown(filter)
        // The part of the source that the kept part is made of.
        let rows = down?.source ?? plan.rows
        let columns = across?.source ?? plan.columns
        let part = unsafe Rows(
            start: source + region.offset(row: rows.lowerBound, column: columns.lowerBound) * pixelStride,
            rowByteCount: region.columns.count * pixelStride
        )
        let horizontal = across.map {
            HorizontalPass($0, pixelStride: pixelStride, instructionSet: instructionSet)
        }
        let filtered = across == nil || plan.isVerticalFirst ? columns : plan.columns
        let vertical = down.map {
            VerticalPass($0, rowByteCount: filtered.count * pixelStride, instructionSet: instructionSet)
        }
        switch (horizontal, vertical) {
        case (nil, nil):
            for row in 0..<plan.rows.count { unsafe emit(row, part[row]) }
        case (nil, let vertical?):
            unsafe Self.filter(part, down: vertical, emit)
        case (let horizontal?, nil):
            unsafe Self.filter(rows.count, across: horizontal, emit) { unsafe part.from($0.lowerBound) }
        case (let horizontal?, let vertical?) where plan.isVerticalFirst:
            unsafe Self.filter(part, down: vertical, thenAcross: horizontal, emit)
        case (let horizontal?, let vertical?):
            unsafe Self.filter(part, rowCount: rows.count, across: horizontal, thenDown: vertical, emit)
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

    /// The rows from `row` on.
    func from(_ row: Int) -> Rows { unsafe Rows(start: self[row], rowByteCount: rowByteCount) }
}
