/// One line on stderr that is drawn over itself while a job runs; nothing where stderr is no terminal.
struct ProgressBar {
    private let isShown: Bool
    private let usesColor: Bool
    private var lastLine = ""

    /// Makes a bar for this terminal.
    init(isShown: Bool, usesColor: Bool) {
        self.isShown = isShown
        self.usesColor = usesColor
    }

    /// Draws `done` of `total` pictures, the failed among them, and the pace.
    mutating func draw(done: Int, failed: Int, total: Int, elapsed: Duration) {
        guard isShown else { return }
        let line = Self.line(
            done: done,
            failed: failed,
            total: total,
            elapsed: elapsed,
            width: Terminal.width,
            usesColor: usesColor
        )
        guard line != lastLine else { return }
        lastLine = line
        Terminal.noteRaw("\r\u{1B}[2K" + line)
    }

    /// Takes the line away, so that what follows starts at the left edge.
    mutating func clear() {
        guard isShown, !lastLine.isEmpty else { return }
        lastLine = ""
        Terminal.noteRaw("\r\u{1B}[2K")
    }

    /// The line: a bar of the width that the terminal leaves, counts, pictures a second, time left.
    static func line(done: Int, failed: Int, total: Int, elapsed: Duration, width: Int, usesColor: Bool)
        -> String
    {
        let seconds = elapsed / .seconds(1)
        let pace = seconds > 0 ? Double(done) / seconds : 0
        var tail = " \(done)/\(total)"
        if pace > 0 {
            tail += " \(Figures.decimal(pace, places: 1))/s"
            if done < total { tail += " \(Figures.clock(seconds: Double(total - done) / pace)) left" }
        }
        if failed > 0 { tail += ", \(failed) failed" }
        let room = width - tail.count - 3
        guard room >= 8 else { return String(tail.dropFirst().prefix(max(width - 1, 0))) }
        let barWidth = min(room, 40)
        let filled = total > 0 ? barWidth * done / total : 0
        let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: barWidth - filled)
        return usesColor ? "\u{1B}[36m\(bar)\u{1B}[0m\(tail)" : bar + tail
    }
}
