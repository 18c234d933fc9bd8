import ModelZoo
import Testing

@Suite struct LabelSetTests {
    private struct Expected: Decodable {
        var set: String
        var count: Int
        var index: Int
        var synset: String
        var text: String
    }

    @Test func equalsTimmsLabels() throws {
        let expected = try Fixture.lines("labels", as: Expected.self)
        #expect(Set(expected.map(\.set)) == Set(LabelSet.allCases.map(\.rawValue)))
        for label in expected {
            let set = try #require(LabelSet(rawValue: label.set))
            #expect(set.classCount == label.count)
            #expect(LabelSet(classCount: label.count) == set)
            #expect(set.label(at: label.index) == Label(synset: label.synset, text: label.text))
        }
    }

    @Test(arguments: LabelSet.allCases) func holdsOneLabelAClass(_ set: LabelSet) {
        let labels = set.labels
        #expect(labels.count == set.classCount)
        #expect(labels.allSatisfy { $0.synset.hasPrefix("n") && !$0.text.isEmpty })
        #expect(labels.last == set.label(at: set.classCount - 1))
    }

    @Test func knowsNoOtherClasses() {
        #expect(LabelSet(classCount: 512) == nil)
        #expect(LabelSet.imageNet1k.label(at: 1000) == nil)
        #expect(LabelSet.imageNet1k.label(at: -1) == nil)
    }
}
