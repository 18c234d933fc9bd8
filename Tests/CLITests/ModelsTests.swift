import Foundation
import Testing

@Suite("Models on the command line")
struct ModelsTests {
    @Test("A pattern narrows the list")
    func pattern() throws {
        let command = try Command(["models", "tf_efficientnet_lite*"])
        #expect(command.status == 0)
        let names = (0...4).map { "tf_efficientnet_lite\($0)" }
        #expect(command.output.split(separator: "\n").map(String.init) == names)
    }

    @Test("Published weights as architecture and tag")
    func pretrained() throws {
        let command = try Command(["models", "resnet34*", "--pretrained"])
        let names = command.output.split(separator: "\n")
        #expect(names.contains("resnet34.a1_in1k"))
        #expect(names.allSatisfy { $0.contains(".") })
    }

    @Test("Nothing matches: exit status 1")
    func nothingMatches() throws {
        let command = try Command(["models", "no-such-*"])
        #expect(command.status == 1)
        #expect(command.errors.contains("no-such-*"))
    }

    @Test("A model's facts in JSON")
    func facts() throws {
        let command = try Command(["model", "resnet34", "--json"])
        let value = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
        let facts = try #require(value as? [String: Any])
        #expect(facts["name"] as? String == "resnet34.a1_in1k")
        #expect(facts["parameters"] as? Int == 21_797_672)
        let gmacs = try #require(facts["gmacs"] as? Double)
        #expect(abs(gmacs - 3.66) < 0.02)
        #expect(facts["license"] as? String == "apache-2.0")
        #expect((facts["tags"] as? [String])?.contains("tv_in1k") == true)
    }

    @Test(
        "A size that a net cannot take is an error that names layer and shapes",
        arguments: [
            (
                "densenet121", "7",
                "features.transition2: a 2x2 window does not fit into [N, 256, 1, 1]: "
                    + "the input is too small"
            ),
            ("hrnet_w18_small", "225", "stage2.0: [N, 16, 57, 57] and [N, 16, 58, 58] do not broadcast"),
        ]
    )
    func refusedSize(_ model: String, _ size: String, _ message: String) throws {
        let command = try Command(["model", model, "--img-size", size])
        #expect(command.status == 1)
        #expect(command.errors == "apus: error: \(message)\n")
    }

    @Test("A reader that goes away ends the list quietly")
    func closedPipe() throws {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        // The status of apus itself comes through the third descriptor.
        shell.arguments = ["-c", "{ '\(Command.executable.path)' models --json; echo $? >&2; } | head -n 1"]
        let (output, errors) = (Pipe(), Pipe())
        shell.standardOutput = output
        shell.standardError = errors
        try shell.run()
        let lines = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        let status = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        shell.waitUntilExit()
        #expect(lines.split(separator: "\n").count == 1)
        #expect(status == "0\n")
    }
}
