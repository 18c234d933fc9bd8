import Crypto
import Foundation
import Graph
public import ModelZoo

/// What the `config.json` of a model says that timm exported: `push_to_hf_hub`, `save_for_hf`.
///
/// It stands for itself: what it leaves out is the default of timm's `PretrainedCfg`, and the registry's tags of the
/// same architecture are not asked. Source: timm/models/_hub.py, `_parse_model_cfg`; _factory.py,
/// `_resolve_model_source`; _builder.py, `_update_default_model_kwargs` (1.0.31).
public struct ExportedConfiguration: Sendable, Equatable {
    /// What the weights expect of a picture, and which modules are adapted; the architecture by its present name.
    public var tag: PretrainedTag
    /// The names of the classes, where the export has them.
    public var labels: ExportedLabels?
    /// Height and width that the exported network was built for, where that was said: `model_args.img_size`.
    public var builtSize: [Int]?
    /// The file that holds the weights, where it has a name of its own: `hf_hub_filename`.
    public var weightsFileName: String?
    /// The file that was read, for messages.
    public var file: String
    /// The SHA-256 of the file's bytes in 64 lower-case hexadecimal digits.
    public var sha256: String

    /// Height and width that the weights' position tables were learned at, where the export says so.
    ///
    /// Source: timm/models/_input.py, `get_pretrained_grid_size`.
    var checkpointSize: Extent? {
        let size = builtSize ?? (tag.hasFixedInputSize ? Array(tag.inputSize.dropFirst()) : nil)
        return size.map { Extent(height: $0[0], width: $0[1]) }
    }

    /// The largest file that is read: 22,000 classes with descriptions take 3 MB.
    static let maximumByteCount = 64 << 20

    /// Reads a `config.json`.
    ///
    /// - Parameters:
    ///   - json: the file's bytes.
    ///   - file: the file, for messages.
    /// - Throws: ``WeightsError`` of code `configuration` that names the file and the member.
    public init(json: [UInt8], file: String) throws(WeightsError) {
        let root: JSONValue
        do {
            root = try JSONDecoder().decode(JSONValue.self, from: Data(json))
        } catch {
            throw WeightsError(
                code: .configuration,
                message: "'\(file)' is no JSON (\(error)); export the model again with timm's save_for_hf",
                cause: error
            )
        }
        guard case .object(let members) = root else {
            throw WeightsError(
                code: .configuration,
                message:
                    "'\(file)' holds \(root.summary): an object is expected, as timm's save_for_hf writes it"
            )
        }
        let digest = SHA256.hash(data: json).map { byte in
            byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }
        try self.init(
            ConfigurationFields(file: file, prefix: "", members: members),
            sha256: digest.joined()
        )
    }
}
