import Foundation
import Testing

@Suite("apus bench --first-answer", .serialized)
struct FirstAnswerTests {
    @Test("The logits are those of apus run, and the phases are the whole time")
    func logitsAndPhases() async throws {
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint()
            let picture = try laboratory.writePicture("a.png", seed: 3)
            let run = try await laboratory.run(
                "run",
                "test_resnet",
                picture,
                "--weights",
                checkpoint,
                "--output-type",
                "logit",
                "--json"
            )
            try #require(run.status == 0, "\(run.errors)")
            let expected = try #require(try run.objects.first?["logit"] as? [Double])

            for batch in [1, 3] {
                let result = try await laboratory.run(
                    "bench",
                    "test_resnet",
                    "--first-answer",
                    "--weights",
                    checkpoint,
                    "--picture",
                    picture,
                    "--batch",
                    "\(batch)",
                    "--json"
                )
                try #require(result.status == 0, "\(result.errors)")
                let object = try #require(try result.objects.first)
                #expect(object["logits"] as? [Double] == expected)
                let seconds = try #require(object["seconds"] as? Double)
                let phases = try #require(object["phases"] as? [String: Double])
                #expect(phases.values.allSatisfy { $0 >= 0 })
                #expect(abs(phases.values.reduce(0, +) - seconds) < 1e-6)
                for name in [
                    "load program", "start", "look up model", "locate", "map", "build graph", "adapt",
                    "compile: fold constants", "compile: pack weights", "make picture", "first run",
                ] {
                    #expect(phases[name] != nil, "no phase '\(name)'")
                }
                #expect((phases["load program"] ?? 0) > 0 && (phases["first run"] ?? 0) > 0)
                let (peak, weights) = (object["peak_bytes"] as? Int, object["weight_bytes"] as? Int)
                #expect(try #require(peak) > (try #require(weights)))
            }
        }
    }

    @Test("Weights that are not here, a file that is cut short, and words that do not go together")
    func refusals() async throws {
        try await Laboratory.with { laboratory in
            let missing = try await laboratory.run("bench", "test_resnet", "--first-answer")
            #expect(missing.status == 1 && missing.output.isEmpty)
            #expect(
                missing.errors.contains("apus run test_resnet PICTURE")
                    && missing.errors.contains("--weights")
            )

            let checkpoint = try laboratory.writeCheckpoint()
            let handle = try #require(FileHandle(forUpdatingAtPath: checkpoint))
            try handle.truncate(atOffset: try handle.seekToEnd() - 1000)
            try handle.close()
            let cut = try await laboratory.run(
                "bench",
                "test_resnet",
                "--first-answer",
                "--weights",
                checkpoint
            )
            #expect(cut.status == 1 && cut.output.isEmpty)
            #expect(cut.errors.contains(checkpoint), "\(cut.errors)")

            for words in [
                ["test_resnet,resnet18", "--first-answer"], ["test_resnet", "--first-answer", "-b", "1,2"],
                ["test_resnet", "--first-answer", "--layers"], ["test_resnet", "--weights", "x"],
            ] {
                let result = try await laboratory.run(["bench"] + words)
                #expect(result.status == 64 && result.errors.contains("--first-answer"), "\(result.errors)")
            }
        }
    }
}
