/// The orders of the two passes.
///
/// Rows go through both one after the other, so that what is between the passes stays in the cache.
extension ByteResampler {
    /// The vertical pass alone.
    static func filter(_ source: Rows, down vertical: VerticalPass, _ emit: Emit) {
        unsafe withBytes(vertical.rowByteCount) { line in
            for output in 0..<vertical.count {
                unsafe vertical.run(output, source.from(vertical.rows(of: output).lowerBound), into: line)
                unsafe emit(output, line)
            }
        }
    }

    /// The horizontal pass alone, over as many rows at a time as it filters together: `source` gives the first of such
    /// rows.
    static func filter(
        _ rowCount: Int,
        across horizontal: HorizontalPass,
        _ emit: Emit,
        source: (Range<Int>) -> Rows
    ) {
        unsafe horizontal.withScratch { scratch in
            unsafe withBytes(horizontal.blockRows * horizontal.rowByteCount) { lines in
                for first in stride(from: 0, to: rowCount, by: horizontal.blockRows) {
                    let rows = first..<min(first + horizontal.blockRows, rowCount)
                    unsafe horizontal.run(source(rows), rowCount: rows.count, scratch: scratch, into: lines)
                    for (line, row) in rows.enumerated() {
                        unsafe emit(row, lines + line * horizontal.rowByteCount)
                    }
                }
            }
        }
    }

    /// The vertical pass before the horizontal one.
    static func filter(
        _ source: Rows,
        down vertical: VerticalPass,
        thenAcross horizontal: HorizontalPass,
        _ emit: Emit
    ) {
        let rowByteCount = vertical.rowByteCount
        unsafe withBytes(horizontal.blockRows * rowByteCount) { lines in
            unsafe filter(vertical.count, across: horizontal, emit) { outputs in
                for (line, output) in outputs.enumerated() {
                    let rows = unsafe source.from(vertical.rows(of: output).lowerBound)
                    unsafe vertical.run(output, rows, into: lines + line * rowByteCount)
                }
                return unsafe Rows(start: lines, rowByteCount: rowByteCount)
            }
        }
    }

    /// The horizontal pass before the vertical one, which begins as soon as it has its rows.
    static func filter(
        _ source: Rows,
        rowCount: Int,
        across horizontal: HorizontalPass,
        thenDown vertical: VerticalPass,
        _ emit: Emit
    ) {
        let rowByteCount = horizontal.rowByteCount
        // A window over the filtered rows; twice what must be there, so that it is seldom moved.
        let capacity = 2 * (vertical.mostRows + horizontal.blockRows)
        unsafe horizontal.withScratch { scratch in
            unsafe withBytes((capacity + 1) * rowByteCount) { window in
                let line = unsafe window + capacity * rowByteCount
                var held = 0..<0
                for output in 0..<vertical.count {
                    let needed = vertical.rows(of: output)
                    while held.upperBound < needed.upperBound {
                        let next = min(horizontal.blockRows, rowCount - held.upperBound)
                        if held.count + next > capacity {
                            let kept = min(needed.lowerBound, held.upperBound)..<held.upperBound
                            let from = unsafe window + (kept.lowerBound - held.lowerBound) * rowByteCount
                            unsafe window.update(from: from, count: kept.count * rowByteCount)
                            held = kept
                        }
                        unsafe horizontal.run(
                            source.from(held.upperBound),
                            rowCount: next,
                            scratch: scratch,
                            into: window + held.count * rowByteCount
                        )
                        held = held.lowerBound..<held.upperBound + next
                    }
                    let first = unsafe window + (needed.lowerBound - held.lowerBound) * rowByteCount
                    unsafe vertical.run(output, Rows(start: first, rowByteCount: rowByteCount), into: line)
                    unsafe emit(output, line)
                }
            }
        }
    }

    private static func withBytes(_ count: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Void) {
        unsafe withUnsafeTemporaryAllocation(byteCount: count, alignment: 64) { bytes in
            if let start = unsafe bytes.bindMemory(to: UInt8.self).baseAddress { unsafe body(start) }
        }
    }
}
