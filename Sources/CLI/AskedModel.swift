import ModelZoo

/// A model as someone types it.
enum AskedModel {
    /// The tag that `name` means; what its reader should know, such as a name that timm dropped, goes to stderr.
    ///
    /// - Throws: `ModelZooError` with the nearest names.
    static func resolve(_ name: String) throws -> PretrainedTag {
        let tag = try ModelRegistry.resolve(name)
        if let note = ModelRegistry.note(on: name) { Terminal.note("apus: \(note)") }
        return tag
    }
}
