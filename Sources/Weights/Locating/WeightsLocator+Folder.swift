import Foundation

extension WeightsLocator {
    /// The files that hold the weights of an exported folder, in timm's order.
    ///
    /// Source: timm/models/_hub.py, `_PREFERRED_FILES`.
    private static let preferredNames = [
        "model.safetensors", "pytorch_model.bin", "pytorch_model.pth", "model.pth",
        "open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "open_clip_pytorch_model.bin",
        "open_clip_pytorch_model.pth",
    ]

    /// Endings of other files that are taken where none of the usual names is there, in timm's order.
    private static let endings = [".safetensors", ".pth", ".pth.tar", ".bin"]

    /// The name of the file in `folder` that holds the weights.
    ///
    /// timm takes the first of several files of unusual names and warns; here it is an error.
    static func weightsName(in folder: String) throws(WeightsError) -> String {
        let names = try fileSystem("read the folder", folder) {
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        }
        if let name = preferredNames.first(where: names.contains) { return name }
        for ending in endings {
            let found = names.filter { $0.hasSuffix(ending) }
            guard found.count <= 1 else {
                throw WeightsError(
                    code: .notFound,
                    message: "the folder '\(folder)' holds \(found.count) files of weights "
                        + "(\(found.prefix(3).joined(separator: ", "))) and none of a usual name; name one with "
                        + "--weights or call it \(preferredNames[0])"
                )
            }
            if let name = found.first { return name }
        }
        throw WeightsError(
            code: .notFound,
            message: "the folder '\(folder)' holds no weights: one of "
                + preferredNames.prefix(4).joined(separator: ", ") + " expected"
        )
    }

    /// The bytes of a file that is read whole.
    static func contents(_ path: String, atMost limit: Int) throws(WeightsError) -> [UInt8] {
        let bytes = try fileSystem("read", path) {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            // Nothing was written: closing has nothing to report.
            defer { handle.closeFile() }
            return [UInt8](try handle.read(upToCount: limit + 1) ?? Data())
        }
        guard bytes.count <= limit else {
            throw WeightsError(
                code: .configuration,
                message: "'\(path)' has more than \(limit) bytes; is it the right file?"
            )
        }
        return bytes
    }
}
