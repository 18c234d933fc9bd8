import Foundation
import TestSupport
import Testing

/// The quick start's answer: a real ImageNet checkpoint over real photographs.
///
/// `deploy/test` fetches both and names their folder; a run by hand without it says that it left this out.
@Suite("Real weights", .serialized)
struct RealWeightsTests {
    private static let samples = ProcessInfo.processInfo.environment["APUS_TEST_SAMPLES"]

    /// What timm 1.0.31 with the same checkpoint says: the probabilities to three digits.
    private static let answers: [(picture: String, best: [(label: String, probability: Double)])] = [
        ("chelsea.png", [("tiger cat", 0.393), ("Egyptian cat", 0.356), ("tabby, tabby cat", 0.170)]),
        ("coffee.png", [("espresso", 0.951), ("cup", 0.015), ("consomme", 0.007)]),
        ("rocket.jpg", [("missile", 0.274), ("projectile, missile", 0.189)]),
        ("motorcycle_left.png", [("moped", 0.537), ("motor scooter, scooter", 0.120)]),
    ]

    @Test(
        "tf_efficientnet_lite0 sees what timm sees",
        .enabled(if: samples != nil, "APUS_TEST_SAMPLES names no folder with the checkpoint and photographs")
    )
    func photographs() async throws {
        let samples = try #require(Self.samples)
        try await Laboratory.with { laboratory in
            let pictures = Self.answers.map { "\(samples)/skimage/data/\($0.picture)" }
            let result = try await laboratory.run(
                ["run", "tf_efficientnet_lite0"] + pictures
                    + ["--weights", "\(samples)/efficientnet-lite0-57934424.pth", "--json"]
            )
            try #require(result.status == 0, "\(result.errors)")
            let objects = try result.objects
            try #require(objects.count == Self.answers.count)
            for (object, answer) in zip(objects, Self.answers) {
                let labels = try #require(object["label"] as? [String])
                let probabilities = try #require(object["prob"] as? [Double])
                for (rank, best) in answer.best.enumerated() {
                    #expect(labels[rank] == best.label, "\(answer.picture)")
                    #expect(abs(probabilities[rank] - best.probability) <= 0.002, "\(answer.picture)")
                }
            }
        }
    }
}
