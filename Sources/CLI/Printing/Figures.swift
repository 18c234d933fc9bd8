/// Numbers as people read them.
enum Figures {
    /// `value` with `places` digits after the point, rounded to nearest.
    static func decimal(_ value: Double, places: Int) -> String {
        guard value.isFinite else { return "\(value)" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 1e18 else { return "\(value)" }
        let digits = String(Int64(scaled))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
    }

    /// `value` as a share of `whole`: `87%`.
    static func share(_ value: Double, of whole: Double) -> String {
        decimal(100 * value / whole, places: 0) + "%"
    }

    /// A count with the unit that keeps it short: `21.80 M`.
    static func millions(_ count: Int) -> String { decimal(Double(count) / 1e6, places: 2) + " M" }

    /// Seconds as `7s`, `3m12s`, `2h05m`.
    static func clock(seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "?" }
        let whole = Int(seconds.rounded())
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        if whole < 60 { return "\(whole)s" }
        if whole < 3600 { return "\(whole / 60)m\(two(whole % 60))s" }
        return "\(whole / 3600)h\(two(whole % 3600 / 60))m"
    }
}
