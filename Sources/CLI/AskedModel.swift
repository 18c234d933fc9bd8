import ModelZoo
import Weights

/// A model as someone types it.
enum AskedModel {
    /// The model that `name` means; what its reader should know, such as a name that timm dropped, goes to stderr.
    ///
    /// A name of timm's asks nothing; for another repository of the hub its `config.json` is fetched.
    ///
    /// - Throws: `ModelZooError` with the nearest names, `WeightsError`.
    static func resolve(_ name: String, with locator: WeightsLocator) async throws -> NamedModel {
        let model = try await locator.model(named: name)
        if model.exported == nil, let note = ModelRegistry.note(on: name) { Terminal.note("apus: \(note)") }
        return model
    }
}
