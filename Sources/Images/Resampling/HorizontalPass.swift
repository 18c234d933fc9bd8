internal import KernelInterface
internal import PictureKernels
internal import PictureKernelsAVX2
internal import PictureKernelsAVX512

/// The horizontal pass over 8-bit pixels: each output pixel is a weighted sum of neighbours in its row.
struct HorizontalPass {
    /// Rows that are filtered together: calls for a multiple of them waste nothing.
    let blockRows: Int
    /// Bytes of an output row.
    let rowByteCount: Int
    private let pixelStride: Int
    private let instructionSet: InstructionSet
    private let weights: FixedPointWeights

    /// Makes a pass over rows whose first pixel is the first that any output takes.
    init(_ weights: ResamplingWeights, pixelStride: Int, instructionSet: InstructionSet) {
        precondition(pixelStride == 1 || pixelStride == 4, "\(pixelStride) bytes a pixel")
        self.pixelStride = pixelStride
        self.instructionSet = instructionSet
        self.weights = FixedPointWeights(weights, alignment: .even)
        blockRows = pixelStride == 4 ? 4 : 16
        rowByteCount = self.weights.count * pixelStride
    }

    /// Gives `body` scratch for ``run(_:rowCount:scratch:into:)``.
    func withScratch(_ body: (UnsafeMutablePointer<Int16>) -> Void) {
        // Every output takes equally many pairs, the last ones some behind the end of the row.
        let reached = (weights.firsts.max() ?? 0) / 2 + weights.pairCount
        let pairCount = max((weights.sourceCount + 1) / 2, reached)
        unsafe withUnsafeTemporaryAllocation(byteCount: pairCount * 64, alignment: 64) { bytes in
            let scratch = unsafe bytes.bindMemory(to: Int16.self)
            unsafe scratch.initialize(repeating: 0)
            if let start = scratch.baseAddress { unsafe body(start) }
        }
    }

    /// Filters `rowCount` rows into `target`, rows without gaps.
    func run(
        _ source: Rows,
        rowCount: Int,
        scratch: UnsafeMutablePointer<Int16>,
        into target: UnsafeMutablePointer<UInt8>
    ) {
        let filter =
            unsafe instructionSet >= .avx512
            ? PictureKernelsAVX512.filterHorizontally
            : instructionSet >= .avx2
                ? PictureKernelsAVX2.filterHorizontally
                : PictureKernels.filterHorizontally
        unsafe weights.firsts.withUnsafeBufferPointer { firsts in
            unsafe weights.pairs.withUnsafeBufferPointer { pairs in
                guard let firsts = firsts.baseAddress, let pairs = pairs.baseAddress else { return }
                unsafe filter(
                    source.start,
                    source.rowByteCount,
                    rowCount,
                    weights.sourceCount,
                    pixelStride,
                    firsts,
                    pairs,
                    weights.pairCount,
                    weights.count,
                    scratch,
                    target
                )
            }
        }
    }
}
