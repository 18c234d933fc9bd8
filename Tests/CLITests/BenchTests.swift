import Foundation
import Testing

@Suite("Measuring on the command line")
struct BenchTests {
    /// What `--json` prints, an object a line.
    private func objects(_ arguments: [String]) throws -> [[String: Any]] {
        let command = try Command(["bench"] + arguments + ["--json"])
        #expect(command.status == 0, "\(command.errors)")
        return try command.output.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    @Test("Every kernel at every layer shape of two models, one chosen at each shape")
    func kernels() throws {
        let options = ["--kernels", "-b", "1", "--rounds", "1", "--threads", "1", "--img-size", "64"]
        let rows = try objects(["test_resnet,test_convnext"] + options)
        let shapes = Dictionary(grouping: rows) { $0["shape"] as? String ?? "" }
        #expect(shapes.count > 10)
        for (shape, rows) in shapes {
            #expect(rows.filter { $0["chosen"] as? Bool == true }.count == 1, "\(shape)")
            #expect(Set(rows.compactMap { $0["kernel"] as? String }).count == rows.count, "\(shape)")
        }
        #expect(rows.allSatisfy { ($0["ms"] as? Double ?? 0) > 0 && ($0["peak_gflops"] as? Double ?? 0) > 1 })
    }

    @Test("A model's rate comes with the machine's peak; threads may be pinned")
    func rate() throws {
        let options = ["-b", "2", "--rounds", "1", "--seconds", "0.05", "--threads", "1", "--pin-threads"]
        let row = try #require(try objects(["test_resnet"] + options).first)
        #expect((row["ips"] as? Double ?? 0) > 0)
        #expect((row["peak_gflops"] as? Double ?? 0) > 1)
    }

    @Test("The table of steps shows each one's share of the peak")
    func layers() throws {
        let command = try Command([
            "bench", "test_resnet", "--layers", "-b", "1", "--rounds", "1", "--threads", "1",
        ])
        #expect(command.status == 0, "\(command.errors)")
        let lines = command.output.split(separator: "\n")
        #expect(lines.first?.contains(" GFLOP/s") ?? false)
        #expect(lines.dropFirst().first?.contains("of peak") ?? false)
        #expect(lines.contains { $0.contains("convolution.") && $0.contains("%") })
    }
}
