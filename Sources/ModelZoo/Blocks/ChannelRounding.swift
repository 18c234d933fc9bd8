/// Widths that scale with a network and stay multiples of a divisor.
enum ChannelRounding {
    /// The multiple of `divisor` nearest to `value`, at least `divisor`, and not below `limit` times `value`.
    ///
    /// Source: timm/layers/helpers.py, `make_divisible`.
    static func divisible(_ value: Double, by divisor: Int = 8, limit: Double = 0.9) -> Int {
        let nearest = Int(value + Double(divisor) / 2) / divisor * divisor
        let rounded = max(divisor, nearest)
        return Double(rounded) < limit * value ? rounded + divisor : rounded
    }
}
