import Checkpoints
import Graph
public import ModelZoo
import Tensors

/// Loads a checkpoint file for an architecture.
public enum WeightsLoader {
    /// Reads the file at `path` and brings its names to timm's.
    ///
    /// The file must not be truncated while its tensors are in use: replace files by rename.
    ///
    /// - Parameters:
    ///   - path: a checkpoint of any of the formats that Checkpoints reads.
    ///   - architecture: the model; its remap is applied to the names.
    ///   - tag: says which convolutions come first, which modules are the classifier, and the channels of pretraining.
    ///   - knownSHA256: the file's SHA-256 where the caller has just verified it; nil computes it.
    /// - Returns: the tensors, and the file's SHA-256 in lower-case hexadecimal.
    /// - Throws: ``WeightsError`` of code `fileSystem`, `checkpoint` or `architecture`.
    public static func read(
        path: String,
        architecture: Architecture,
        tag: PretrainedTag,
        knownSHA256: String? = nil
    ) throws(WeightsError) -> (weights: SourceWeights, sha256: String) {
        var tensors: [String: Tensor]
        let sha256: String
        do {
            let storage = try CheckpointFile.map(path: path)
            tensors = try CheckpointReader.read(storage).tensors
            sha256 = knownSHA256 ?? FileDigest.sha256(of: storage)
        } catch {
            let code: WeightsError.Code = error.code == .fileSystem ? .fileSystem : .checkpoint
            throw WeightsError(
                code: code,
                message: "cannot read the weights of \(tag.fullName) from \(path): \(error.message)",
                cause: error
            )
        }
        do {
            try architecture.remapCheckpoint(&tensors)
        } catch {
            throw WeightsError(
                code: .architecture,
                message: "the names in \(path) cannot be brought to those of \(architecture.name): \(error)",
                cause: error
            )
        }
        let weights = SourceWeights(
            tensors: tensors,
            modelName: tag.fullName,
            baseChannels: tag.inputSize.first ?? 3,
            firstConvolutions: tag.firstConvolutions,
            classifiers: tag.classifiers
        )
        return (weights, sha256)
    }

    /// Loads the file at `path` as the parameters of `architecture` under `options`.
    ///
    /// Parse, remap, adapt the input channels, account for every tensor: nothing is ever left random or unused.
    ///
    /// - Parameters:
    ///   - path: a checkpoint of any of the formats that Checkpoints reads.
    ///   - architecture: the model.
    ///   - tag: the weights' own facts.
    ///   - options: input channels, size and classes of the model to build.
    ///   - knownSHA256: the file's SHA-256 where the caller has just verified it; nil computes it.
    /// - Returns: the parameters, the file's digest and the number of classes.
    /// - Throws: ``WeightsError``.
    public static func load(
        path: String,
        architecture: Architecture,
        tag: PretrainedTag,
        options: BuildOptions,
        knownSHA256: String? = nil
    ) throws(WeightsError) -> LoadedWeights {
        let (weights, sha256) = try read(
            path: path,
            architecture: architecture,
            tag: tag,
            knownSHA256: knownSHA256
        )
        let graph: Graph
        do {
            graph = try architecture.graph(options)
        } catch {
            throw WeightsError(
                code: .architecture,
                message: "\(tag.fullName) cannot be built for these options: \(error)",
                cause: error
            )
        }
        let parameters = try weights.parameters(
            for: graph,
            inputChannels: options.inputChannels,
            classCount: options.classCount
        )
        return LoadedWeights(parameters: parameters, sha256: sha256, classCount: options.classCount)
    }
}
