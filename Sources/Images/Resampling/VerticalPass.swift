internal import KernelInterface
internal import PictureKernels
internal import PictureKernelsAVX2
internal import PictureKernelsAVX512

/// The vertical pass over 8-bit samples: each output row is a weighted sum of rows.
///
/// Channels do not matter here: a row is its bytes.
struct VerticalPass {
    /// Bytes of a row.
    let rowByteCount: Int
    private let instructionSet: InstructionSet
    private let weights: FixedPointWeights

    /// Makes a pass over rows of `rowByteCount` bytes, the first being the first that any output takes.
    init(_ weights: ResamplingWeights, rowByteCount: Int, instructionSet: InstructionSet) {
        self.rowByteCount = rowByteCount
        self.instructionSet = instructionSet
        self.weights = FixedPointWeights(weights, alignment: .any)
    }

    /// The number of outputs.
    var count: Int { weights.count }

    /// Source rows that an output takes, counted from the first that any output takes.
    func rows(of output: Int) -> Range<Int> {
        weights.firsts[output]..<weights.firsts[output] + weights.counts[output]
    }

    /// The most source rows that an output takes.
    var mostRows: Int { weights.pairCount * 2 }

    /// Filters the rows of one output, of which `source` points to the first.
    func run(_ output: Int, _ source: Rows, into target: UnsafeMutablePointer<UInt8>) {
        let filter =
            unsafe instructionSet >= .avx512
            ? PictureKernelsAVX512.filterVertically
            : instructionSet >= .avx2
                ? PictureKernelsAVX2.filterVertically
                : PictureKernels.filterVertically
        unsafe weights.pairs.withUnsafeBufferPointer { pairs in
            guard let pairs = pairs.baseAddress else { return }
            unsafe filter(
                source.start,
                source.rowByteCount,
                weights.counts[output],
                pairs + output * weights.pairCount * 2,
                rowByteCount,
                target
            )
        }
    }
}
