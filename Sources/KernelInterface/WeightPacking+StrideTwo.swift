/// Filters of ``KernelID/convolutionPlainWinograd``.
extension WeightPacking {
    /// Transforms the filter rows of a block in double precision, each phase by its G, and rounds once, after the factor.
    ///
    /// Stems have few weights, so one after the other is fast enough.
    func packStrideTwo(
        _ rows: UnsafePointer<Float>,
        _ scales: UnsafePointer<Float>?,
        _ lanes: Int,
        into target: UnsafeMutablePointer<Float>
    ) {
        let (height, inputs) = (shape.kernelHeight, shape.inputChannels)
        if lanes < 16 { unsafe target.update(repeating: 0, count: unroundedFloatsPerBlock) }
        let phases = [StrideTwoTiling.evenTransform, StrideTwoTiling.oddTransform]
        for point in 0..<StrideTwoTiling.points {
            let phaseCount = point < StrideTwoTiling.oddPoints ? 2 : 1
            let first = point * height * 2 * inputs
            for phase in 0..<phaseCount {
                let factors = phases[phase][point]
                for row in 0..<height {
                    for input in 0..<inputs {
                        let place = first + (row * phaseCount + phase) * inputs + input
                        for lane in 0..<lanes {
                            let filterRow = (lane * inputs + input) * height + row
                            let source = filterRow * StrideTwoTiling.taps + phase
                            var sum = 0.0
                            for tap in factors.indices {
                                sum += factors[tap] * Double(unsafe rows[source + 2 * tap])
                            }
                            let scale = unsafe scales.map { Double(unsafe $0[lane]) } ?? 1
                            unsafe target[place * 16 + lane] = Float(sum * scale)
                        }
                    }
                }
            }
        }
    }
}
