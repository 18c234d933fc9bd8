internal import Tensors

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The convolution filters of Pillow's resize, in float64.
///
/// Source: Pillow, src/libImaging/Resample.c; the operations stand in its order, so that the values are its values.
enum ResamplingFilter {
    case box, bilinear, hamming, bicubic, lanczos

    /// The filter of `interpolation`, or nil for nearest, which is no convolution.
    init?(_ interpolation: InputSpec.Interpolation) {
        switch interpolation {
        case .nearest: return nil
        case .box: self = .box
        case .bilinear: self = .bilinear
        case .hamming: self = .hamming
        case .bicubic: self = .bicubic
        case .lanczos: self = .lanczos
        }
    }

    /// How far from its centre the filter is not zero, in source pixels at scale 1.
    var support: Double {
        switch self {
        case .box: 0.5
        case .bilinear, .hamming: 1
        case .bicubic: 2
        case .lanczos: 3
        }
    }

    /// The weight at distance `x` from the centre.
    func weight(_ x: Double) -> Double {
        switch self {
        case .box: return x > -0.5 && x <= 0.5 ? 1 : 0
        case .bilinear:
            let distance = abs(x)
            return distance < 1 ? 1 - distance : 0
        case .hamming:
            let distance = abs(x)
            if distance == 0 { return 1 }
            if distance >= 1 { return 0 }
            let angle = distance * Double.pi
            // The window's two constants are float32 in the original.
            return sin(angle) / angle * (Double(0.54 as Float) + Double(0.46 as Float) * cos(angle))
        case .bicubic:
            let distance = abs(x)
            if distance < 1 { return (1.5 * distance - 2.5) * distance * distance + 1 }
            if distance < 2 { return (((distance - 5) * distance + 8) * distance - 4) * -0.5 }
            return 0
        case .lanczos:
            guard x >= -3, x < 3 else { return 0 }
            return Self.sinc(x) * Self.sinc(x / 3)
        }
    }

    private static func sinc(_ x: Double) -> Double {
        if x == 0 { return 1 }
        let angle = x * Double.pi
        return sin(angle) / angle
    }
}
