public import Graph

/// Weights that fit a graph.
public struct LoadedWeights: Sendable {
    /// The graph's parameters, in the types in which the file stores them.
    ///
    /// Most are views of the mapped file; who needs float32 converts one at a time (`Tensor.convertedToFloat32()`), so that no
    /// second copy of all weights exists.
    public var parameters: ParameterStore
    /// The SHA-256 of the file, in lower-case hexadecimal.
    public var sha256: String
    /// The classes that the model tells apart; 0 without a classifier.
    public var classCount: Int

    /// Makes a value of its parts.
    public init(parameters: ParameterStore, sha256: String, classCount: Int) {
        self.parameters = parameters
        self.sha256 = sha256
        self.classCount = classCount
    }
}
