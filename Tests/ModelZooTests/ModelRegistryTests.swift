import ModelZoo
import Testing

@Suite struct ModelRegistryTests {
    private struct Listing: Decodable {
        var glob: String
        var pretrained: Bool
        var names: [String]
    }

    @Test func registersEveryArchitectureOfItsFamilies() throws {
        let names = Set(ModelRegistry.architectureNames)
        let manifests = try Fixture.lines("manifests", as: Manifest.self)
        let families = Set(
            try ModelRegistry.architectureNames.map {
                try ModelRegistry.architecture(named: $0).familyName
            }
        )
        #expect(families.isSuperset(of: ["resnet", "efficientnet"]))
        for family in families {
            let expected = manifests.filter { $0.family == family }.map(\.model)
            #expect(!expected.isEmpty)
            #expect(expected.filter { !names.contains($0) } == [], "missing of \(family)")
        }
        let known = Set(manifests.map(\.model))
        #expect(names.filter { !known.contains($0) } == [], "no models of timm")
        #expect(names.count == ModelRegistry.architectureNames.count, "a name stands twice")
    }

    @Test func listsAsTimmDoes() throws {
        let registered = Set(ModelRegistry.architectureNames)
        let listings = try Fixture.lines("listings", as: Listing.self)
        #expect(listings.count > 20)
        for listing in listings {
            let expected = listing.names.filter {
                registered.contains(String($0.split(separator: ".", maxSplits: 1)[0]))
            }
            let found = ModelRegistry.list(matching: listing.glob, pretrainedOnly: listing.pretrained)
            #expect(found == expected, "\(listing.glob), pretrained \(listing.pretrained)")
        }
        #expect(ModelRegistry.list() == ModelRegistry.architectureNames)
    }

    @Test(
        arguments: [
            ("resnet34", "resnet34.a1_in1k"), ("resnet34.tv_in1k", "resnet34.tv_in1k"),
            ("timm/resnet34.bt_in1k", "resnet34.bt_in1k"), ("hf-hub:timm/resnet34", "resnet34.a1_in1k"),
            ("hf-hub:timm/resnet34.a3_in1k", "resnet34.a3_in1k"),
            ("resnet50_gn", "resnet50_gn.a1h_in1k"), ("gluon_resnet50_v1d", "resnet50d.gluon_in1k"),
            ("tf_efficientnet_b0_ns", "tf_efficientnet_b0.ns_jft_in1k"),
            ("efficientnet_b8", "efficientnet_b8.untrained"),
            ("adv_inception_v3", "inception_v3.tf_adv_in1k"), ("tf_inception_v3", "inception_v3.tf_in1k"),
            ("gluon_inception_v3", "inception_v3.gluon_in1k"),
        ]
    )
    func resolves(_ name: String, to fullName: String) throws {
        #expect(try ModelRegistry.resolve(name).fullName == fullName)
        #expect(try ModelRegistry.architecture(named: name).name == fullName.split(separator: ".")[0])
    }

    @Test func takesASuccessorForWhatTimmDropped() throws {
        let tag = try ModelRegistry.resolve("cspdarknet53_iabn")
        #expect(tag == (try ModelRegistry.resolve("cspdarknet53")))
        #expect(try ModelRegistry.architecture(named: "timm/cspdarknet53_iabn").name == "cspdarknet53")
        let note = "timm no longer has cspdarknet53_iabn; cspdarknet53 is taken for it"
        #expect(ModelRegistry.note(on: "hf-hub:timm/cspdarknet53_iabn") == note)
        #expect(ModelRegistry.note(on: "cspdarknet53") == nil)
        #expect(ModelRegistry.note(on: "adv_inception_v3") == nil)
    }

    @Test func resolvesEveryOlderName() throws {
        let registered = Set(ModelRegistry.architectureNames)
        #expect(ModelRegistry.olderNames.count == 209)
        for (older, current) in ModelRegistry.olderNames {
            let parts = current.split(separator: ".", maxSplits: 1).map(String.init)
            guard registered.contains(parts[0]) else {
                let error = #expect(throws: ModelZooError.self) { try ModelRegistry.resolve(older) }
                #expect(error?.code == .unsupportedArchitecture)
                continue
            }
            let tag = try ModelRegistry.resolve(older)
            #expect(tag.architecture == parts[0])
            #expect(parts.count == 1 || tag.tag == parts[1])
        }
    }

    @Test func namesTheNearest() throws {
        let error = #expect(throws: ModelZooError.self) { try ModelRegistry.resolve("resnet3") }
        #expect(error?.code == .unknownModel)
        #expect(error?.message.contains("'resnet3'") == true)
        #expect(error?.message.contains("resnet34") == true)
        let swapped = #expect(throws: ModelZooError.self) {
            try ModelRegistry.resolve("tf_efficientnet_ltie0")
        }
        #expect(swapped?.message.contains("tf_efficientnet_lite0, tf_efficientnet_lite") == true)
        let tagged = #expect(throws: ModelZooError.self) { try ModelRegistry.resolve("resne34.a1_in1k") }
        #expect(tagged?.message.contains("resnet34.a1_in1k") == true)
    }

    @Test func refusesAnUnknownTag() throws {
        let error = #expect(throws: ModelZooError.self) { try ModelRegistry.resolve("resnet34.a9_in1k") }
        #expect(error?.code == .unknownTag)
        #expect(error?.message.contains("resnet34.a1_in1k, resnet34.a2_in1k, resnet34.a3_in1k") == true)
    }

    @Test func saysWhatThisBuildLacks() throws {
        let registered = Set(ModelRegistry.architectureNames)
        let missing = try Fixture.lines("manifests", as: Manifest.self).first {
            !registered.contains($0.model)
        }
        guard let missing else { return }
        let error = #expect(throws: ModelZooError.self) {
            try ModelRegistry.architecture(named: missing.model)
        }
        #expect(error?.code == .unsupportedArchitecture)
        #expect(error?.message.contains("timm has \(missing.model) (family \(missing.family))") == true)
    }

    @Test func refusesAnUnknownRepository() {
        let error = #expect(throws: ModelZooError.self) { try ModelRegistry.resolve("someone/resnet34") }
        #expect(error?.code == .unknownModel)
    }
}
