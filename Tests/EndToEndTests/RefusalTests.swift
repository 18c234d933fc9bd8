import Foundation
import Tensors
import TestSupport
import Testing

@Suite("What cannot be run", .serialized)
struct RefusalTests {
    @Test("An unknown model: the nearest names, and exit status 64")
    func unknownModel() async throws {
        try await Laboratory.with { laboratory in
            let picture = try laboratory.writePicture("a.png", seed: 1)
            for command in ["run", "submit"] {
                let result = try await laboratory.run(command, "resnet43", picture)
                #expect(result.status == 64)
                #expect(result.errors.contains("resnet34"))
                #expect(result.output.isEmpty)
            }
        }
    }

    @Test("A missing tensor is named")
    func missingTensor() async throws {
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint { $0["layer1.0.conv1.weight"] = nil }
            try await expectRefusal(laboratory, checkpoint, naming: "layer1.0.conv1.weight")
        }
    }

    @Test("A tensor of another shape is named with both shapes")
    func wrongShape() async throws {
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint { tensors in
                guard let bias = tensors["bn1.bias"] else { return }
                tensors["bn1.bias"] = Tensor(
                    shape: [bias.count + 1],
                    values: [Float](repeating: 0, count: bias.count + 1)
                )
            }
            try await expectRefusal(laboratory, checkpoint, naming: "bn1.bias")
        }
    }

    @Test("A truncated checkpoint is refused")
    func truncatedCheckpoint() async throws {
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint()
            let whole = try Data(contentsOf: URL(fileURLWithPath: checkpoint))
            try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: checkpoint))
            try await expectRefusal(laboratory, checkpoint, naming: "test_resnet.safetensors")
        }
    }

    @Test("Weights that are not cached, with downloads turned off: exit status 69")
    func offline() async throws {
        try await Laboratory.with { laboratory in
            let picture = try laboratory.writePicture("a.png", seed: 1)
            let result = try await laboratory.run("run", "resnet34", picture)
            #expect(result.status == 69)
            #expect(result.errors.contains("HF_HUB_OFFLINE"))
        }
    }

    @Test("A database that is out of reach: exit status 69 and no password")
    func unreachableDatabase() async throws {
        try await Laboratory.with { laboratory in
            var laboratory = laboratory
            laboratory.environment["DATABASE_URL"] = "postgresql://me:secret@127.0.0.1:1/none"
            let result = try await laboratory.run("status")
            #expect(result.status == 69, "\(result.errors)")
            #expect(!result.errors.contains("secret"))
        }
    }

    @Test("A submitted job whose weights are broken fails with the reason")
    func jobFails() async throws {
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint { $0["fc.weight"] = nil }
            let picture = try laboratory.writePicture("a.png", seed: 1)
            #expect(try await laboratory.run("db", "migrate").status == 0)
            let submitted = try await laboratory.run(
                "submit",
                "test_resnet",
                picture,
                "--weights",
                checkpoint
            )
            try #require(submitted.status == 0, "\(submitted.errors)")
            let job = submitted.output.trimmingCharacters(in: .newlines)
            let work = try await laboratory.run("work", "--until-idle")
            #expect(work.status == 0, "\(work.errors)")
            let status = try await laboratory.run("status", job, "--json")
            let object = try #require(try status.objects.first)
            #expect(object["state"] as? String == "failed")
            let message = (object["error"] as? [String: Any])?["message"] as? String
            #expect(message?.contains("fc.weight") == true)
        }
    }

    private func expectRefusal(_ laboratory: Laboratory, _ checkpoint: String, naming name: String)
        async throws
    {
        let picture = try laboratory.writePicture("a.png", seed: 1)
        let result = try await laboratory.run("run", "test_resnet", picture, "--weights", checkpoint)
        #expect(result.status == 1)
        #expect(result.errors.contains(name), "\(result.errors)")
        #expect(result.errors.hasPrefix("apus: error: "))
        #expect(result.output.isEmpty)
    }
}
