import Foundation
import JobQueue
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("apus run", .serialized)
struct RunTests {
    /// What timm says of test_resnet with 3 and with 13 channels.
    private static func records() throws -> [ParityRecord] {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/test_resnet", withExtension: "jsonl"))
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map { line in
            try JSONDecoder().decode(ParityRecord.self, from: Data(line.utf8))
        }
    }

    @Test("Arrays of 3 and 13 channels give timm's logits and embedding", arguments: [3, 13])
    func timmsLogits(channels: Int) async throws {
        let record = try #require(try Self.records().first { $0.inputChannels ?? 3 == channels })
        let size = try #require(record.size)
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint(exponents: record.exponents ?? [])
            let input = GeneratedTensor.pictures(
                batch: 1,
                channels: channels,
                height: size[0],
                width: size[1]
            )
            let array = try laboratory.writeArray("x.npy", shape: [channels] + size, values: input)
            let result = try await laboratory.run(
                "run",
                "test_resnet",
                array,
                "--weights",
                checkpoint,
                "--in-chans",
                "\(channels)",
                "--preprocess",
                "none",
                "--output-type",
                "logit,embedding",
                "--json"
            )
            try #require(result.status == 0, "\(result.errors)")
            let object = try #require(try result.objects.first)
            #expect((object["filename"] as? String)?.hasSuffix("/x.npy") == true)
            for (name, sample) in [("logit", record.output), ("embedding", record.embedding)] {
                let sample = try #require(sample)
                let values = try #require(object[name] as? [Double])
                #expect(values.count == sample.shape.reduce(1, *))
                var difference = 0.0
                var norm = 0.0
                for (position, expected) in zip(sample.positions, sample.values) {
                    difference +=
                        (values[position] - Double(expected)) * (values[position] - Double(expected))
                    norm += Double(expected) * Double(expected)
                }
                // The records' own bound is max(2e-5, ...): parity/README of the records.
                #expect((difference / norm).squareRoot() <= 2e-5, "\(name)")
            }
        }
    }

    @Test("Broken pictures fail alone and the exit status says so")
    func brokenPictures() async throws {
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint()
            let good = try (0..<3).map { try laboratory.writePicture("good\($0).png", seed: $0) }
            let text = laboratory.folder.path("text.png")
            try Data("no picture".utf8).write(to: URL(fileURLWithPath: text))
            let cut = laboratory.folder.path("cut.png")
            try Data(TinyPNG.encode(width: 40, height: 36, seed: 9).prefix(400)).write(
                to: URL(fileURLWithPath: cut)
            )
            let wide = try laboratory.writeArray(
                "wide.npy",
                shape: [5, 32, 32],
                values: [Float](repeating: 0.5, count: 5 * 32 * 32)
            )
            let missing = "file://\(laboratory.folder.path("missing.png"))"
            let inputs = [good[0], text, good[1], cut, wide, missing, good[2]]
            let result = try await laboratory.run(
                ["run", "test_resnet"] + inputs + ["--weights", checkpoint, "--img-size", "64", "--json"]
            )
            #expect(result.status == 3, "\(result.errors)")
            let objects = try result.objects
            try #require(objects.count == 7)
            let stages = objects.map { ($0["error"] as? [String: Any])?["stage"] as? String }
            #expect(stages == [nil, "decode", nil, "decode", "preprocess", "fetch", nil])
            let codes = objects.compactMap { ($0["error"] as? [String: Any])?["code"] as? String }
            #expect(codes == ["unrecognizedFormat", "truncated", "channelMismatch", "notFound"])
            for index in [0, 2, 6] {
                let probabilities = try #require(objects[index]["prob"] as? [Double])
                #expect(probabilities.count == 5)
                #expect(probabilities == probabilities.sorted(by: >))
                #expect((objects[index]["label"] as? [String])?.count == 5)
            }

            let alone = try await laboratory.run(
                ["run", "test_resnet"] + good + ["--weights", checkpoint, "--img-size", "64", "--json"]
            )
            #expect(alone.status == 0)
            let answers = [objects[0], objects[2], objects[6]].map { $0["prob"] as? [Double] }
            #expect(try alone.objects.map { $0["prob"] as? [Double] } == answers, "company changes nothing")
        }
    }

    @Test("An array with its channels last is told apart by the model's channel count")
    func channelsLast() async throws {
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint()
            let (channels, side) = (5, 64)
            let first = GeneratedTensor.pictures(batch: 1, channels: channels, height: side, width: side)
            var last = [Float](repeating: 0, count: first.count)
            for position in 0..<side * side {
                for channel in 0..<channels {
                    last[position * channels + channel] = first[channel * side * side + position]
                }
            }
            let arrays = [
                try laboratory.writeArray("first.npy", shape: [channels, side, side], values: first),
                try laboratory.writeArray("last.npy", shape: [side, side, channels], values: last),
            ]
            let result = try await laboratory.run(
                ["run", "test_resnet"] + arrays
                    + [
                        "--weights", checkpoint, "--in-chans", "5", "--preprocess", "none", "--output-type",
                        "logit",
                    ]
                    + ["--json"]
            )
            try #require(result.status == 0, "\(result.errors)")
            let logits = try result.objects.map { $0["logit"] as? [Double] }
            try #require(logits.count == 2)
            #expect(logits[0] != nil && logits[0] == logits[1])
        }
    }

    @Test("A database that another version filled learns the names of this one")
    func olderRegistry() async throws {
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint()
            let picture = try laboratory.writePicture("a.png", seed: 1)
            let words = ["run", "test_resnet", picture, "--weights", checkpoint, "--json"]
            try #require(try await laboratory.run(words).status == 0)
            try await laboratory.database.script("DELETE FROM apus.model_name WHERE name LIKE 'test_resnet%'")
            let result = try await laboratory.run(words)
            #expect(result.status == 0, "\(result.errors)")
        }
    }

    @Test("A table for people names the best three")
    func table() async throws {
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint()
            let picture = try laboratory.writePicture("a.png", seed: 1)
            let result = try await laboratory.run("run", "test_resnet", picture, "--weights", checkpoint)
            #expect(result.status == 0, "\(result.errors)")
            let lines = result.output.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.first?.hasPrefix("filename") == true)
            #expect(lines.last?.hasPrefix("a.png") == true)
            #expect(!result.output.contains("\u{1B}"))
            #expect(result.errors.isEmpty)
        }
    }

    @Test("A worker with room for one model serves jobs of two, one after the other")
    func modelsThatDoNotFitTogether() async throws {
        try await Laboratory.with { laboratory in
            let resNet = try laboratory.writeCheckpoint("test_resnet")
            let efficientNet = try laboratory.writeCheckpoint("test_efficientnet")
            let pictures = try (0..<20).map { try laboratory.writePicture("p\($0).png", seed: $0) }
            let migrated = try await laboratory.run("db", "migrate")
            try #require(migrated.status == 0, "\(migrated.errors)")
            for (model, checkpoint) in [("test_resnet", resNet), ("test_efficientnet", efficientNet)] {
                let submitted = try await laboratory.run(
                    ["submit", model] + pictures + ["--weights", checkpoint, "--img-size", "64"]
                )
                try #require(submitted.status == 0, "\(submitted.errors)")
            }
            let work = try await laboratory.run(
                "work",
                "--until-idle",
                "--memory",
                "0.02",
                "--log-level",
                "info"
            )
            #expect(work.status == 0, "\(work.errors)")
            let counts = try await laboratory.integers(
                "rows",
                of: "SELECT count(*) AS rows FROM apus.results WHERE status = 'done' GROUP BY job_id"
            )
            let status = try await laboratory.run("status", "--json")
            #expect(counts == [[20], [20]], "\(status.output)")
        }
    }

    @Test("^C leaves a job that a worker finishes")
    func interruptedRun() async throws {
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint()
            let pictures = try (0..<400).map { try laboratory.writePicture("p\($0).png", seed: $0) }
            let manifest = laboratory.folder.path("all.txt")
            try pictures.joined(separator: "\n").write(toFile: manifest, atomically: true, encoding: .utf8)
            let command = try laboratory.start(
                "run",
                "test_resnet",
                manifest,
                "--weights",
                checkpoint,
                "--threads",
                "1"
            )
            let queue = try laboratory.database.makeQueue()
            let job = try await firstRunningJob(in: queue)
            command.signal(SIGINT)
            let result = try await command.result()
            #expect(result.status == 130, "\(result.errors)")
            #expect(result.errors.contains("apus work --until-idle"))
            let left = try await queue.status(of: job)
            #expect(!left.state.isFinal)
            let rest = try await laboratory.run("work", "--until-idle", "--log-level", "warning")
            #expect(rest.status == 0, "\(rest.errors)")
            let done = try await queue.status(of: job)
            await queue.close()
            #expect(done.state == .done)
            #expect(done.doneCount == 400)
            let attempts = try await laboratory.integers(
                "rows",
                of: "SELECT count(*) AS rows FROM apus.attempt WHERE job_id = \(job)"
            )
            #expect(attempts == [[0]], "an interruption is no attempt")
        }
    }

    private func firstRunningJob(in queue: JobQueue) async throws -> JobID {
        while true {
            do {
                if let job = try await queue.jobs(limit: 1).first, job.state == .running { return job.id }
            } catch is JobQueueError {
                // The command has not made the schema yet.
            }
            try await queue.waitForChange(timeout: .milliseconds(20))
        }
    }
}
