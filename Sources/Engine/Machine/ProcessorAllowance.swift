#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How many processors this process may use: its affinity mask, and a container's quota.
public struct ProcessorAllowance: Sendable, Hashable {
    /// Processors in the affinity mask.
    public var processorCount: Int
    /// Processors' worth of time that the control group grants, where it limits it.
    public var quota: Double?

    /// Makes an allowance.
    public init(processorCount: Int, quota: Double?) {
        self.processorCount = processorCount
        self.quota = quota
    }

    /// Threads that make sense: the processors, or the quota rounded up where that is less; 1 at least.
    public var threadCount: Int {
        let granted = quota.map { Int($0.rounded(.up)) } ?? processorCount
        return max(1, min(processorCount, granted))
    }

    /// What the system says now.
    public static func current() -> ProcessorAllowance {
        ProcessorAllowance(processorCount: affinityCount(), quota: controlGroupQuota(root: "/sys/fs/cgroup"))
    }

    private static func affinityCount() -> Int {
        let listed = SystemFile.text("/proc/thread-self/status").flatMap(processorCount(fromStatus:))
        return max(1, listed ?? sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// Processors in the affinity mask that the text of /proc/PID/status shows: what `sched_getaffinity` gives.
    package static func processorCount(fromStatus text: String) -> Int? {
        let key = "Cpus_allowed:"
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(key) }) else { return nil }
        let digits = line.dropFirst(key.count).filter { !$0.isWhitespace && $0 != "," }
        var count = 0
        for digit in digits {
            guard let value = digit.hexDigitValue else { return nil }
            count += value.nonzeroBitCount
        }
        return count > 0 ? count : nil
    }

    /// The tightest `cpu.max` from the process's control group up to the root (cgroup v2).
    package static func controlGroupQuota(root: String, membership: String? = nil) -> Double? {
        guard let text = membership ?? SystemFile.text("/proc/self/cgroup") else { return nil }
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else {
            return nil
        }
        var components = line.dropFirst(4).split(separator: "/")
        var tightest: Double?
        while true {
            let folder = ([root] + components.map(String.init)).joined(separator: "/")
            if let quota = SystemFile.text("\(folder)/cpu.max").flatMap(quota(fromText:)) {
                tightest = min(tightest ?? quota, quota)
            }
            guard components.popLast() != nil else { return tightest }
        }
    }

    /// Processors' worth of time in the text of `cpu.max`: `150000 100000` is 1.5, `max 100000` is no limit.
    package static func quota(fromText text: String) -> Double? {
        let fields = text.split(whereSeparator: \.isWhitespace)
        guard fields.count == 2, let time = Double(fields[0]), let period = Double(fields[1]), period > 0
        else {
            return nil
        }
        return time / period
    }
}
