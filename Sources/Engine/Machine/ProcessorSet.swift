internal import CIntrinsics

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Processors by the kernel's numbers: which ones a thread may run on.
public struct ProcessorSet: Sendable, Hashable, CustomStringConvertible {
    /// The numbers, ascending, each once.
    public let numbers: [Int]

    /// Makes a set of `numbers`.
    public init(_ numbers: some Sequence<Int>) {
        self.numbers = Set(numbers).sorted()
    }

    /// The processors that the calling thread may run on: its affinity mask.
    ///
    /// - Throws: `affinity` where the system does not say.
    public static func current() throws(EngineError) -> ProcessorSet {
        var mask = AffinityMask()
        let status = mask.load()
        guard status == 0 else {
            throw EngineError(
                code: .affinity,
                message: "the system does not say which processors this thread may run on (error \(status)); "
                    + "do without pinned threads and NUMA nodes"
            )
        }
        return mask.processors
    }

    /// The processors in the kernel's way of listing them, `0-3,8,10-11`; nil for another text.
    package init?(fromList text: String) {
        var numbers: [Int] = []
        for part in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
                first >= 0, first <= last, last < AffinityMask.processorCount
            else { return nil }
            numbers += first...last
        }
        self.init(numbers)
    }

    /// The processors of both sets.
    public func intersection(_ other: ProcessorSet) -> ProcessorSet {
        let others = Set(other.numbers)
        return ProcessorSet(numbers.filter(others.contains))
    }

    /// Lets all threads of this process run on these processors alone; threads that are started later follow their maker.
    ///
    /// - Throws: `affinity` where the system refuses, for example since none of the processors is allowed.
    public func confineProcess() throws(EngineError) {
        let mask = AffinityMask(self)
        var confined: Set<Int32> = []
        // A thread may have been started by one that was not confined yet: look again until there is nothing new.
        while true {
            let new = SystemFile.names(in: "/proc/self/task").compactMap { Int32($0) }
                .filter { !confined.contains($0) }
            guard !new.isEmpty else { return }
            for thread in new {
                let status = mask.store(thread: thread)
                // A thread that has ended meanwhile needs nothing.
                guard status == 0 || status == ESRCH else { throw refusal(status) }
                confined.insert(thread)
            }
        }
    }

    /// The error that the system refused to bind a thread to these processors.
    func refusal(_ status: Int32) -> EngineError {
        EngineError(
            code: .affinity,
            message: "the system refused to bind a thread to \(self) (error \(status)): "
                + "this process may not run there; see Cpus_allowed_list in /proc/self/status"
        )
    }

    /// `processor 3`, `processors 0-3,8`.
    public var description: String {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = ranges.last, last.upperBound == number - 1 {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        let list = ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        guard !list.isEmpty else { return "no processor" }
        return "processor\(numbers.count == 1 ? "" : "s") \(list.joined(separator: ","))"
    }
}
