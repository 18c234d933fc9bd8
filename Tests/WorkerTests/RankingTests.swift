import Testing
import Worker

@Suite("Ranking")
struct RankingTests {
    @Test("The softmax of known logits")
    func softmaxOfKnownLogits() {
        let probabilities = Ranking.softmax([1, 2, 3])
        // exp(k) / (exp(1) + exp(2) + exp(3)) for k = 1, 2, 3.
        let expected: [Float] = [0.09003057, 0.24472848, 0.66524094]
        for (found, wanted) in zip(probabilities, expected) { #expect(abs(found - wanted) < 1e-7) }
    }

    @Test("Logits far outside the range of exp")
    func largeLogitsDoNotOverflow() {
        let probabilities = Ranking.softmax([1000, 1000, -1000])
        #expect(probabilities == [0.5, 0.5, 0])
    }

    @Test("No classes")
    func noClasses() {
        #expect(Ranking.softmax([]).isEmpty)
        #expect(Ranking.top(5, ofLogits: []).indices.isEmpty)
    }

    @Test("Ties go to the lower index", arguments: [1, 3, 5, 8])
    func tiesGoToTheLowerIndex(count: Int) {
        let logits: [Float] = [1, 3, 2, 3, 2, 3, 0, 1]
        let expected = [1, 3, 5, 2, 4, 0, 7, 6]
        #expect(Ranking.largestIndices(count, of: logits) == Array(expected.prefix(count)))
    }

    @Test("The short way and the sort agree", arguments: [1, 5, 63, 64, 100, 1000, 2000])
    func shortWayEqualsSort(count: Int) {
        var state: UInt64 = 42
        let logits = (0..<1000).map { _ -> Float in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 58)
        }
        let sorted = logits.indices.sorted { left, right in
            logits[left] == logits[right] ? left < right : logits[left] > logits[right]
        }
        #expect(Ranking.largestIndices(count, of: logits) == Array(sorted.prefix(count)))
    }

    @Test("Probabilities stand beside their classes")
    func probabilitiesFollowTheirClasses() {
        let ranking = Ranking.top(2, ofLogits: [0, 4, 2])
        #expect(ranking.indices == [1, 2])
        #expect(ranking.probabilities[0] > ranking.probabilities[1])
        #expect(abs(ranking.probabilities[0] - 0.86681336) < 1e-6)
    }
}
