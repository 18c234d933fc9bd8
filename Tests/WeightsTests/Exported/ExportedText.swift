import Foundation
import Weights

/// A `config.json` as timm 1.0.31 writes it, and changes of it.
enum ExportedText {
    /// test_resnet, fine-tuned for three classes.
    static let whole = """
        {"architecture": "test_resnet", "num_classes": 3, "num_features": 96, "global_pool": "avg",
         "label_names": ["ant", "bee", "wasp"],
         "label_descriptions": {"ant": "Formicidae", "bee": "Anthophila", "wasp": "Vespidae"},
         "model_args": {"num_classes": 3, "in_chans": 3, "global_pool": "avg"},
         "pretrained_cfg": {
           "tag": "mine", "custom_load": false, "input_size": [3, 96, 128], "test_input_size": [3, 160, 160],
           "min_input_size": null, "fixed_input_size": false, "interpolation": "bilinear", "crop_pct": 0.9,
           "test_crop_pct": 1.0, "crop_mode": "squash", "mean": [0.4, 0.5, 0.6], "std": [0.2, 0.3, 0.4],
           "num_classes": 3, "pool_size": null, "first_conv": "conv1.0", "classifier": "fc", "license": "mit"}}
        """

    /// The text with the member at `path` (`pretrained_cfg.mean`) set to the JSON `value`, or taken out for nil.
    static func changed(_ path: String, to value: String?, in text: String = whole) throws -> [UInt8] {
        var root = try object(text)
        let value = try value.map {
            try JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed)
        }
        let names = path.split(separator: ".").map(String.init)
        if names.count == 2 {
            var inner = root[names[0]] as? [String: Any] ?? [:]
            inner[names[1]] = value
            root[names[0]] = inner
        } else {
            root[path] = value
        }
        return [UInt8](try JSONSerialization.data(withJSONObject: root))
    }

    private static func object(_ text: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }

    /// Reads bytes as the file `here/config.json`.
    static func read(_ bytes: [UInt8]) throws(WeightsError) -> ExportedConfiguration {
        try ExportedConfiguration(json: bytes, file: "here/config.json")
    }
}
