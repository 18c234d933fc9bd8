import Testing
import Weights

/// The variables, read as Python reads them.
@Suite struct WeightsEnvironmentTests {
    @Test func defaults() {
        let environment = WeightsEnvironment(environment: ["HOME": "/home/me"])
        #expect(environment.endpoint == "https://huggingface.co")
        #expect(environment.token == nil)
        #expect(environment.tokenFile == "/home/me/.cache/huggingface/token")
        #expect(!environment.isOffline)
        #expect(environment.hubCacheDirectory == "/home/me/.cache/huggingface/hub")
        #expect(environment.torchCheckpointsDirectory == "/home/me/.cache/torch/hub/checkpoints")
        #expect(environment.apusCacheDirectory == "/home/me/.cache/apus")
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var variables: [String: String]
        var hub: String
        var testDescription: String { "\(variables.sorted { $0.key < $1.key })" }
    }

    @Test(arguments: [
        Case(variables: ["XDG_CACHE_HOME": "/x"], hub: "/x/huggingface/hub"),
        Case(variables: ["XDG_CACHE_HOME": "/x", "HF_HOME": "/hf"], hub: "/hf/hub"),
        Case(variables: ["HF_HOME": "~/hf"], hub: "/home/me/hf/hub"),
        Case(variables: ["HF_HOME": "$BASE/hf", "BASE": "/b"], hub: "/b/hf/hub"),
        Case(variables: ["HF_HOME": "/a/${BASE}x/$NONE", "BASE": "b"], hub: "/a/bx/$NONE/hub"),
        Case(variables: ["HF_HOME": "/hf", "HUGGINGFACE_HUB_CACHE": "/old"], hub: "/old"),
        Case(variables: ["HUGGINGFACE_HUB_CACHE": "/old", "HF_HUB_CACHE": "/new"], hub: "/new"),
    ])
    func findsTheHubsCache(_ expected: Case) {
        let variables = expected.variables.merging(["HOME": "/home/me"]) { $1 }
        #expect(WeightsEnvironment(environment: variables).hubCacheDirectory == expected.hub)
    }

    @Test func switches() {
        func environment(_ variables: [String: String]) -> WeightsEnvironment {
            WeightsEnvironment(environment: variables.merging(["HOME": "/h"]) { $1 })
        }
        for value in ["1", "on", "YES", "True"] { #expect(environment(["HF_HUB_OFFLINE": value]).isOffline) }
        for value in ["", "0", "off", "false"] { #expect(!environment(["HF_HUB_OFFLINE": value]).isOffline) }
        #expect(environment(["TRANSFORMERS_OFFLINE": "1"]).isOffline)
        #expect(environment(["HF_ENDPOINT": "https://mirror/"]).endpoint == "https://mirror")
        #expect(environment(["HF_ENDPOINT": ""]).endpoint == "https://huggingface.co")
        #expect(environment(["HF_TOKEN": " a\n"]).token == "a")
        #expect(environment(["HF_TOKEN": "\n", "HUGGING_FACE_HUB_TOKEN": "b"]).token == nil)
        #expect(environment(["HUGGING_FACE_HUB_TOKEN": "b"]).token == "b")
        #expect(environment(["HF_TOKEN_PATH": "~/t"]).tokenFile == "/h/t")
        #expect(environment(["HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"]).tokenFile == nil)
        #expect(environment(["TORCH_HOME": "/t"]).torchCheckpointsDirectory == "/t/hub/checkpoints")
    }
}
