public import ModelZoo

extension PublishedWeights {
    /// Where a tag's weights are published.
    ///
    /// Release files that only timm's own code can read (`.npz` and others) are passed over: the hub has them in
    /// a common format.
    public init(_ tag: PretrainedTag) {
        self.init(
            name: tag.fullName,
            hubID: tag.isPretrained ? tag.hubID : nil,
            url: tag.isPretrained && !tag.needsOwnLoader ? tag.url : nil
        )
    }
}

extension WeightsLocator {
    /// Finds a tag's weights on this machine, downloading them where they are not there.
    ///
    /// - Parameters:
    ///   - tag: the model's tag.
    ///   - override: what was given as `--weights`: a file, a folder that timm exported, a URL, or
    ///     `hf-hub:owner/name`.
    /// - Returns: the file, its hash and its origin.
    /// - Throws: ``WeightsError``.
    public func locate(
        _ tag: PretrainedTag,
        override: String? = nil
    ) async throws(WeightsError) -> LocatedWeights {
        try await locate(PublishedWeights(tag), override: override)
    }
}
