import Foundation
import TestSupport
import Testing

@Suite("Precision", .serialized)
struct PrecisionTests {
    @Test("Logits in bfloat16 are near those in float32, whatever the batch, and the rows say which they are")
    func precisionsSideBySide() async throws {
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint()
            let pictures = try (0..<5).map { try laboratory.writePicture("\($0).png", seed: $0) }
            func logits(_ options: String...) async throws -> [[Double]] {
                let words =
                    ["run", "test_resnet"] + pictures + ["--weights", checkpoint, "--img-size", "64"]
                let result = try await laboratory.run(words + ["--output-type", "logit", "--json"] + options)
                try #require(result.status == 0, "\(result.errors)")
                return try result.objects.map { try #require($0["logit"] as? [Double]) }
            }
            let exact = try await logits()
            let rounded = try await logits("--precision", "bf16")
            #expect(try await logits("--precision", "bf16", "-b", "2") == rounded)
            for (values, expected) in zip(rounded, exact) {
                let difference = zip(values, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                let norm = expected.reduce(0) { $0 + $1 * $1 }
                #expect(difference > 0, "nothing was rounded")
                #expect((difference / norm).squareRoot() < 0.02)
            }
            let rows = try await laboratory.texts(
                "precision",
                of: "SELECT DISTINCT job_id, precision FROM apus.results ORDER BY job_id"
            )
            #expect(rows == [["float32"], ["bfloat16"], ["bfloat16"]])
        }
    }

    @Test("A precision that is unknown to SQL's caller fails the job with the choices")
    func unknownPrecision() async throws {
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint()
            let picture = try laboratory.writePicture("a.png", seed: 1)
            // The command line refuses it itself; the queue's own interface takes any text.
            _ = try await laboratory.run("db", "migrate")
            let options = #"{"checkpoint": "\#(checkpoint)", "precision": "int4"}"#
            let submitted = try await laboratory.integers(
                "job_id",
                of:
                    "SELECT apus.submit('test_resnet', ARRAY['\(picture)'], options => '\(options)') AS job_id"
            )
            let job = try #require(submitted.first?.first)
            _ = try await laboratory.run("work", "--until-idle")
            let status = try await laboratory.run("status", "\(job)")
            #expect(
                status.errors.contains("precision 'int4' is not known: float32 or bfloat16 is expected"),
                "\(status.output) \(status.errors)"
            )
        }
    }
}
