import Crypto
import Foundation
import TestSupport
import Testing

@Suite("Models that timm exported", .serialized)
struct ExportedModelTests {
    private static let commit = String(repeating: "cd", count: 20)

    private func flowers(
        _ laboratory: Laboratory,
        configuration change: (String) -> String = { $0 }
    ) throws -> String {
        try laboratory.writeExport(
            "flowers",
            of: "test_resnet",
            inputChannels: 3,
            exponents: try ExportedAnswers.read().exponents,
            configuration: change
        )
    }

    /// Compares rows with timm's probabilities, names and order of the classes.
    private func expectFlowers(_ objects: [[String: Any]]) throws {
        let answers = try ExportedAnswers.read().flowers
        try #require(objects.count == answers.count)
        let names = ["Aster", "Bellis", "Calla", "Dahlia", "Erica", "Freesia", "Gentiana"]
        for (object, answer) in zip(objects, answers) {
            let order = answer.prob.indices.sorted { answer.prob[$0] > answer.prob[$1] }
            #expect(object["index"] as? [Int] == order)
            #expect(object["label"] as? [String] == order.map { "the genus \(names[$0])" })
            let probabilities = try #require(object["prob"] as? [Double])
            for (found, index) in zip(probabilities, order) {
                #expect(abs(found - answer.prob[index]) < 1e-5)
            }
        }
    }

    @Test("A fine-tuned folder: timm's transform, classes and label names, by path and by local-dir:")
    func folder() async throws {
        try await Laboratory.with { laboratory in
            let folder = try flowers(laboratory)
            let pictures = try [1, 2].map { try laboratory.writePicture("p\($0).png", seed: $0) }
            for name in [folder, "local-dir:flowers", "flowers"] {
                let result = try await laboratory.run(["run", name] + pictures + ["--topk", "7", "--json"])
                try #require(result.status == 0, "\(result.errors)")
                try expectFlowers(try result.objects)
            }
            let labels = try await laboratory.texts(
                "label",
                "resolved_model",
                of: """
                    SELECT p.label, j.resolved_model FROM apus.predictions AS p JOIN apus.job AS j ON j.id = p.job_id
                    WHERE job_id = 1 AND rank = 1 ORDER BY ordinal
                    """
            )
            #expect(labels == [[String]](repeating: ["the genus Bellis", "local-dir:\(folder)"], count: 2))
            let names = try await laboratory.run([
                "run", folder, pictures[0], "--label-type", "name", "--json",
            ])
            #expect((try names.objects.first?["label"] as? [String])?.first == "bellis")
        }
    }

    @Test("Four channels, sparse names, and positions of the export's own size, resampled to the picture's")
    func fourChannels() async throws {
        let expected = try ExportedAnswers.read().bands
        try await Laboratory.with { laboratory in
            let folder = try laboratory.writeExport("bands", of: "test_vit", inputChannels: 4, size: 96)
            for size in [96, 160] {
                let expected = try #require(expected["\(size)"])
                let array = try laboratory.writeArray(
                    "x.npy",
                    shape: [4, size, size],
                    values: GeneratedTensor.pictures(batch: 1, channels: 4, height: size, width: size)
                )
                let result = try await laboratory.run([
                    "run", folder, array, "--preprocess", "none", "--output-type", "prob,logit", "--json",
                ])
                try #require(result.status == 0, "\(result.errors)")
                let object = try #require(try result.objects.first)
                let logits = try #require(object["logit"] as? [Double])
                try #require(logits.count == expected.count)
                for (found, wanted) in zip(logits, expected) {
                    #expect(abs(found - wanted) < 5e-5, "\(size)")
                }
                let order = expected.indices.sorted { expected[$0] > expected[$1] }.prefix(5)
                let names = [0: "water", 2: "soil", 6: "forest"]
                #expect(object["label"] as? [String] == order.map { names[$0] ?? "<unmapped:\($0)>" })
            }
        }
    }

    @Test(
        "A repository of the hub: submitted at a commit, run by a worker with a cache of its own, then offline"
    )
    func hub() async throws {
        try await Laboratory.with { laboratory in
            let folder = try flowers(laboratory)
            let hub = try Self.hub(folder)
            let server = try LocalServer { hub.answer($0) }
            defer { server.stop() }
            var submitter = laboratory
            submitter.environment["HF_HUB_OFFLINE"] = nil
            submitter.environment["HF_ENDPOINT"] = server.origin
            var worker = submitter
            worker.environment["HOME"] = laboratory.folder.path("worker")
            let pictures = try [1, 2].map { try laboratory.writePicture("p\($0).png", seed: $0) }
            #expect(try await laboratory.run("db", "migrate").status == 0)
            let submitted = try await submitter.run(
                ["submit", "hf-hub:me/flowers"] + pictures + ["--topk", "7"]
            )
            try #require(submitted.status == 0, "\(submitted.errors)")
            #expect(!server.requests.contains { $0.path.hasSuffix("/model.safetensors") })
            // From psql alone, by the branch's name: a worker finds the commit.
            try await laboratory.database.script(
                """
                SELECT apus.submit('hf-hub:me/flowers', ARRAY['file://\(pictures[0])', 'file://\(pictures[1])'],
                    options => '{"topk": 7}')
                """
            )
            let work = try await worker.run("work", "--until-idle", "--log-level", "warning")
            #expect(work.status == 0, "\(work.errors)")
            let pinned = "hf-hub:me/flowers@\(Self.commit)"
            for job in ["1", "2"] {
                let results = try await laboratory.run("results", job, "--json")
                try expectFlowers(try results.objects)
            }
            let models = try await laboratory.texts(
                "model",
                "resolved_model",
                "weights_revision",
                of: "SELECT model, resolved_model, weights_revision FROM apus.job ORDER BY id"
            )
            #expect(
                models == [
                    [pinned, pinned, Self.commit], ["hf-hub:me/flowers", pinned, Self.commit],
                ]
            )
            server.stop()
            worker.environment["HF_HUB_OFFLINE"] = "1"
            let offline = try await worker.run(
                ["run", "hf-hub:me/flowers"] + pictures + ["--topk", "7", "--json"]
            )
            try #require(offline.status == 0, "\(offline.errors)")
            try expectFlowers(try offline.objects)
        }
    }

    private static func hub(_ folder: String) throws -> LocalHub {
        var files: [String: LocalRepository.File] = [:]
        for name in ["config.json", "model.safetensors"] {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
            let digest = SHA256.hash(data: bytes).map { byte in
                byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
            }
            files[name] = LocalRepository.File(bytes: bytes, sha256: digest.joined())
        }
        return LocalHub(repositories: ["me/flowers": LocalRepository(commit: commit, files: files)])
    }

    @Test("apus model tells what the configuration says, and where the weights are")
    func model() async throws {
        try await Laboratory.with { laboratory in
            let folder = try flowers(laboratory)
            let result = try await laboratory.run("model", "local-dir:\(folder)", "--json")
            try #require(result.status == 0, "\(result.errors)")
            let facts = try #require(try result.objects.first)
            #expect(facts["architecture"] as? String == "test_resnet")
            #expect(facts["tag"] as? String == "r160_in1k")
            #expect(facts["num_classes"] as? Int == 7)
            #expect(facts["input_size"] as? [Int] == [3, 96, 96])
            #expect(facts["mean"] as? [Double] == [0.4, 0.45, 0.5])
            #expect(facts["labels"] as? String == "7 names of its config.json")
            #expect(facts["config"] as? String == "\(folder)/config.json")
            #expect(facts["weights"] as? String == "\(folder)/model.safetensors")
            let text = try await laboratory.run("model", folder)
            #expect(text.output.contains("local-dir:\(folder)"))
            let bench = try await laboratory.run(
                ["bench", folder, "-b", "1", "--rounds", "1", "--seconds", "0.01", "--json"]
            )
            #expect(bench.status == 0, "\(bench.errors)")
        }
    }

    @Test("A class count that is not the weights' is refused with both numbers")
    func wrongClassCount() async throws {
        try await Laboratory.with { laboratory in
            let folder = try flowers(laboratory) {
                $0.replacing("\"num_classes\": 7", with: "\"num_classes\": 9")
            }
            let picture = try laboratory.writePicture("a.png", seed: 1)
            let result = try await laboratory.run("run", folder, picture)
            #expect(result.status == 1)
            for words in ["\(folder)/config.json", "num_classes 9", "7 classes", "--num-classes 7"] {
                #expect(result.errors.contains(words), "\(result.errors)")
            }
        }
    }

    @Test("Label names of another count are refused, unless no labels are wanted")
    func wrongLabelCount() async throws {
        try await Laboratory.with { laboratory in
            let folder = try flowers(laboratory) { $0.replacing("\"aster\",\n", with: "") }
            let picture = try laboratory.writePicture("a.png", seed: 1)
            let result = try await laboratory.run("run", folder, picture)
            #expect(result.status == 64)
            #expect(result.errors.contains("names 6 classes"), "\(result.errors)")
            let plain = try await laboratory.run("run", folder, picture, "--label-type", "none")
            #expect(plain.status == 0, "\(plain.errors)")
        }
    }

    @Test("A folder that changes between submission and work fails the job with the reason")
    func changedFolder() async throws {
        try await Laboratory.with { laboratory in
            let folder = try flowers(laboratory)
            let picture = try laboratory.writePicture("a.png", seed: 1)
            let run = try await laboratory.run("run", folder, picture)
            try #require(run.status == 0, "\(run.errors)")
            _ = try flowers(laboratory) { $0.replacing("\"crop_pct\": 0.9", with: "\"crop_pct\": 0.8") }
            // Another job as it stands between its resolution, before the change, and its first picture.
            #expect(try await laboratory.run("submit", folder, picture).status == 0)
            try await laboratory.database.script(
                """
                UPDATE apus.job AS j SET state = 'ready', resolved_model = o.resolved_model, model_key = o.model_key,
                    weights_sha256 = o.weights_sha256, weights_source = o.weights_source,
                    memory_bytes = o.memory_bytes, configuration_sha256 = o.configuration_sha256
                FROM apus.job AS o WHERE o.id = 1 AND j.id = 2;
                UPDATE apus.chunk AS c SET state = 'ready', model_key = j.model_key
                FROM apus.job AS j WHERE j.id = 2 AND c.job_id = 2
                """
            )
            #expect(try await laboratory.run("work", "--until-idle").status == 0)
            let status = try await laboratory.run("status", "2", "--json")
            let failure = try status.objects.first?["error"] as? [String: Any]
            #expect(
                (failure?["message"] as? String)?.contains("Submit the job again") == true,
                "\(status.output)"
            )
        }
    }
}
