import Crypto
import Foundation
import TestSupport
import Testing

@Suite("Feature maps", .serialized)
struct FeatureTests {
    /// A `.npy` file of float32 values.
    private static func array(_ path: String) throws -> (header: String, values: [Double], sha256: String) {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
        let header = String(decoding: bytes[10..<start], as: UTF8.self)
        let values = stride(from: start, to: bytes.count, by: 4).map { place in
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
            return Double(Float(bitPattern: bits))
        }
        let digest = SHA256.hash(data: bytes).map { byte in
            byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }
        #expect(start % 64 == 0)
        return (header, values, digest.joined())
    }

    @Test("A convolution's [C, H, W] and a transformer's [tokens, width] equal timm's forward_features")
    func timmsFeatures() async throws {
        let answers = try ExportedAnswers.read()
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint(exponents: answers.exponents)
            let bands = try laboratory.writeExport("bands", of: "test_vit", inputChannels: 4, size: 96)
            let cases: [(words: [String], shape: [Int], sample: ParityRecord.Sample)] = [
                (["test_resnet", "--weights", checkpoint], [3, 128, 128], answers.features.resnet),
                ([bands], [4, 96, 96], answers.features.bands),
            ]
            for (index, example) in cases.enumerated() {
                let input = GeneratedTensor.pictures(
                    batch: 1,
                    channels: example.shape[0],
                    height: example.shape[1],
                    width: example.shape[2]
                )
                let array = try laboratory.writeArray("x.npy", shape: example.shape, values: input)
                let result = try await laboratory.run(
                    ["run"] + example.words + [array, array]
                        + [
                            "--preprocess", "none", "--output-type", "features,prob", "--output-uri", "maps",
                            "--json",
                        ]
                )
                try #require(result.status == 0, "\(result.errors)")
                let objects = try result.objects
                try #require(objects.count == 2)
                for (ordinal, object) in objects.enumerated() {
                    #expect((object["prob"] as? [Double])?.count == 5)
                    let features = try #require(object["features"] as? [String: Any])
                    let shape = Array(example.sample.shape.dropFirst())
                    #expect(features["shape"] as? [Int] == shape)
                    #expect(features["dtype"] as? String == "float32")
                    let path = laboratory.folder.path("maps/job-\(index + 1)/\(ordinal).npy")
                    #expect(features["uri"] as? String == "file://\(path)")
                    let found = try Self.array(path)
                    #expect(features["sha256"] as? String == found.sha256)
                    let extents = shape.map { "\($0)," }.joined(separator: " ")
                    #expect(
                        found.header.contains("'descr': '<f4', 'fortran_order': False, 'shape': (\(extents))")
                    )
                    #expect(found.values.count == shape.reduce(1, *))
                    #expect(relativeError(found.values, against: example.sample) <= 2e-5)
                }
            }
            let rows = try await laboratory.integers(
                "rows",
                of: """
                    SELECT count(*) AS rows FROM apus.results
                    WHERE output_dtype = 'float32' AND output_sha256 IS NOT NULL AND output_uri LIKE 'file://%'
                        AND output_shape = CASE job_id WHEN 1 THEN ARRAY[96, 4, 4] ELSE ARRAY[37, 64] END
                    """
            )
            #expect(rows == [[4]])
        }
    }

    @Test("Features alone, into the folder of the default name; the table names the file")
    func featuresAlone() async throws {
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint()
            let picture = try laboratory.writePicture("a.png", seed: 1)
            let words = ["run", "test_resnet", picture, "--weights", checkpoint, "--output-type", "features"]
            let result = try await laboratory.run(words)
            try #require(result.status == 0, "\(result.errors)")
            #expect(
                result.output.contains(
                    "float32 96x5x5 in file://\(laboratory.folder.path("features/job-1/0.npy"))"
                )
            )
        }
    }

    @Test("A worker that may not write there leaves the job to others, and says why")
    func outsideTheFolders() async throws {
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint()
            try FileManager.default.createDirectory(
                atPath: laboratory.folder.path("pictures"),
                withIntermediateDirectories: true
            )
            let picture = try laboratory.writePicture("pictures/a.png", seed: 1)
            #expect(try await laboratory.run("db", "migrate").status == 0)
            try await laboratory.database.script(
                """
                SELECT apus.submit('test_resnet', ARRAY['file://\(picture)'], max_tries => 1, options => '{
                    "output_type": "features", "output_uri": "\(laboratory.folder.path("elsewhere"))",
                    "checkpoint": "\(checkpoint)"}')
                """
            )
            let work = try await laboratory.run(
                ["work", "--until-idle", "--allow-folder", laboratory.folder.path("pictures")]
            )
            #expect(work.status == 0, "\(work.errors)")
            let rows = try await laboratory.texts(
                "stage",
                "message",
                of: "SELECT stage::text AS stage, message FROM apus.results"
            )
            #expect(rows.first?.first == "write")
            #expect(rows.first?.last?.contains("--allow-folder") == true, "\(rows)")
            #expect(!FileManager.default.fileExists(atPath: laboratory.folder.path("elsewhere")))
        }
    }

    @Test("Without a folder a job from SQL fails with what to write")
    func noFolder() async throws {
        try await Laboratory.with { laboratory in
            let picture = try laboratory.writePicture("a.png", seed: 1)
            #expect(try await laboratory.run("db", "migrate").status == 0)
            try await laboratory.database.script(
                "SELECT apus.submit('test_resnet', ARRAY['file://\(picture)'], options => '{\"output_type\": \"features\"}')"
            )
            #expect(try await laboratory.run("work", "--until-idle").status == 0)
            let status = try await laboratory.run("status", "1", "--json")
            let failure = try status.objects.first?["error"] as? [String: Any]
            #expect((failure?["message"] as? String)?.contains("--output-uri") == true, "\(status.output)")
        }
    }
}
