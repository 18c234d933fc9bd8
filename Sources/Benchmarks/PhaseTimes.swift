/// How the time since the process started divides into phases that follow each other.
public struct PhaseTimes: Sendable {
    /// A phase.
    public struct Phase: Sendable, Hashable {
        /// What was done.
        public var name: String
        /// How long it took.
        public var duration: Duration
    }

    /// The phases in their order; their sum is ``total``.
    public private(set) var phases: [Phase]
    private var end: ContinuousClock.Instant
    private let start: ProcessStart

    /// Begins with the time that the system took to load the program.
    public init(since start: ProcessStart = .current) {
        self.start = start
        end = start.instant + start.untilMain
        phases = [Phase(name: "load program", duration: start.untilMain)]
    }

    /// From the start of the process to the end of the last phase.
    public var total: Duration { end - start.instant }

    /// Ends the phase `name`, which began where the last one ended.
    public mutating func end(_ name: String) {
        let now = ContinuousClock.now
        phases.append(Phase(name: name, duration: now - end))
        end = now
    }

    /// Ends a phase whose `parts` were measured; what is between them is the phase `name`.
    public mutating func end(_ name: String, parts: [(name: String, duration: Duration)]) {
        let now = ContinuousClock.now
        let rest = parts.reduce(now - end) { $0 - $1.duration }
        phases += parts.map(Phase.init) + [Phase(name: name, duration: rest)]
        end = now
    }
}
