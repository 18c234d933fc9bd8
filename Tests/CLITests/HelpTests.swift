import Foundation
import Testing

@Suite("Help")
struct HelpTests {
    @Test(
        "The help says what it said when it was last read by a person",
        arguments: [
            "", "run", "submit", "work", "status", "results", "cancel", "pause", "resume", "retry", "delete",
            "models",
            "model", "db",
        ]
    )
    func helpIsAsReviewed(name: String) throws {
        let command = try Command((name.isEmpty ? [] : [name]) + ["--help"])
        #expect(command.status == 0)
        #expect(command.errors.isEmpty)
        let file = name.isEmpty ? "Snapshots/help" : "Snapshots/help-\(name)"
        let url = try #require(Bundle.module.url(forResource: file, withExtension: "txt"))
        #expect(command.output == (try String(contentsOf: url, encoding: .utf8)))
    }

    @Test("Completion scripts come with it", arguments: ["bash", "zsh", "fish"])
    func completionScripts(shell: String) throws {
        let command = try Command(["--generate-completion-script", shell])
        #expect(command.status == 0)
        #expect(command.output.contains("apus"))
    }
}
