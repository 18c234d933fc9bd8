package import Images
package import JobQueue
import ModelZoo

/// What the pictures of one chunk are treated by: the model, the way to its input, and what is kept.
package struct Treatment: Sendable {
    /// The compiled model; pictures of other jobs may share its batches.
    package let model: LoadedModel
    /// Pixels to the model's input.
    package let preprocessor: Preprocessor
    /// What is kept of an answer.
    package let selection: OutputSelection
    /// Where feature maps go, if they are kept.
    package let features: FeatureFolder?
    /// Which weights, program and transform made the rows.
    package let provenance: Provenance

    /// Makes a treatment.
    package init(
        model: LoadedModel,
        preprocessor: Preprocessor,
        selection: OutputSelection,
        features: FeatureFolder?,
        provenance: Provenance
    ) {
        self.model = model
        self.preprocessor = preprocessor
        self.selection = selection
        self.features = features
        self.provenance = provenance
    }
}
