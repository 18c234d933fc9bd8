/// Processors that share a memory controller: memory that a thread of the node touches first is taken from there.
public enum NUMANode {
    /// The processors of node `number` that the calling thread may run on.
    ///
    /// - Throws: `invalidOption` where there is no such node or it has no processor for this process, `affinity` where the
    ///   system does not say which processors the thread may run on.
    public static func processors(ofNode number: Int) throws(EngineError) -> ProcessorSet {
        try processors(ofNode: number, root: "/sys/devices/system/node", allowed: .current())
    }

    /// The same of the system's description in folder `root`.
    package static func processors(
        ofNode number: Int,
        root: String,
        allowed: ProcessorSet
    ) throws(EngineError) -> ProcessorSet {
        guard let text = SystemFile.text("\(root)/node\(number)/cpulist"),
            let processors = ProcessorSet(fromList: text)
        else {
            throw EngineError(
                code: .invalidOption,
                message: "there is no NUMA node \(number) on this machine: it has \(nodes(root: root))"
            )
        }
        let usable = processors.intersection(allowed)
        guard !usable.numbers.isEmpty else {
            throw EngineError(
                code: .invalidOption,
                message:
                    "NUMA node \(number) has \(processors), but this process may run on \(allowed) alone: "
                    + "take another node, or start it without taskset or the container's limit"
            )
        }
        return usable
    }

    /// The nodes as an error names them: `nodes 0, 1`.
    private static func nodes(root: String) -> String {
        let numbers = SystemFile.names(in: root)
            .filter { $0.hasPrefix("node") }
            .compactMap { Int($0.dropFirst(4)) }
            .sorted()
        guard !numbers.isEmpty else { return "none that the system describes; leave the choice out" }
        return "\(numbers.count == 1 ? "node" : "nodes") \(numbers.map(String.init).joined(separator: ", "))"
    }
}
