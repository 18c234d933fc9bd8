import Engine
import Foundation
import TestSupport
import Testing

struct ProcessorSetTests {
    @Test(
        arguments: [
            ("0-3,8,10-11\n", [0, 1, 2, 3, 8, 10, 11]), ("5", [5]), ("\n", []), ("2,1,2", [1, 2]),
            ("3-1", nil), ("-1", nil), ("a", nil), ("1-2-3", nil), ("9000", nil),
        ] as [(String, [Int]?)]
    )
    func listsAreReadFromTheKernelsText(text: String, numbers: [Int]?) {
        #expect(ProcessorSet(fromList: text)?.numbers == numbers)
    }

    @Test(
        arguments: [
            ([0, 1, 2, 3, 8], "processors 0-3,8"), ([7], "processor 7"), ([], "no processor"),
        ] as [([Int], String)]
    )
    func setsAreWrittenAsTheKernelWritesThem(numbers: [Int], text: String) {
        #expect(ProcessorSet(numbers).description == text)
    }

    @Test func theMaskIsWhatTheSystemLists() throws {
        let mask = try ProcessorSet.current()
        let status = try String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") })
        #expect(mask == ProcessorSet(fromList: String(line.dropFirst(18))))
    }
}

struct NUMANodeTests {
    /// Two nodes of four processors each.
    private func machine() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (node, list) in ["0-3\n", "4-7\n"].enumerated() {
            let path = URL(filePath: folder.root).appending(path: "node\(node)")
            try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
            try list.write(to: path.appending(path: "cpulist"), atomically: true, encoding: .utf8)
        }
        return folder
    }

    @Test func theMaskNarrowsTheNode() throws {
        let machine = try machine()
        let allowed = ProcessorSet([1, 2, 5])
        let first = try NUMANode.processors(ofNode: 0, root: machine.root, allowed: allowed)
        let second = try NUMANode.processors(ofNode: 1, root: machine.root, allowed: allowed)
        #expect(first == ProcessorSet([1, 2]))
        #expect(second == ProcessorSet([5]))
    }

    @Test func aNodeThatIsNotThereIsNamedWithThoseThatAre() throws {
        let machine = try machine()
        let error = #expect(throws: EngineError.self) {
            try NUMANode.processors(ofNode: 2, root: machine.root, allowed: ProcessorSet([0]))
        }
        #expect(error?.code == .invalidOption)
        #expect(error?.message == "there is no NUMA node 2 on this machine: it has nodes 0, 1")
    }

    @Test func aNodeOutsideOfTheMaskIsRefused() throws {
        let machine = try machine()
        let error = #expect(throws: EngineError.self) {
            try NUMANode.processors(ofNode: 1, root: machine.root, allowed: ProcessorSet([0, 1]))
        }
        #expect(error?.code == .invalidOption)
        #expect(error?.message.contains("processors 4-7") ?? false)
        #expect(error?.message.contains("processors 0-1 alone") ?? false)
    }
}
