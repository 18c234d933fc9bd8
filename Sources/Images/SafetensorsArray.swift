internal import Checkpoints
internal import Tensors

/// Takes one tensor of a `.safetensors` file as a picture.
enum SafetensorsArray {
    static func decode(
        _ bytes: [UInt8],
        limits: DecodeLimits,
        interpretation: ArrayInterpretation
    ) throws(ImageError) -> DecodedPicture {
        guard bytes.count <= limits.bytes else {
            throw ImageError(
                code: .limitExceeded,
                message: ".safetensors: a file of \(bytes.count) bytes, the limit is \(limits.bytes)"
            )
        }
        let checkpoint: Checkpoint
        do {
            checkpoint = try CheckpointReader.read(bytes: bytes)
        } catch {
            let code: ImageError.Code =
                switch error.code {
                case .truncated: .truncated
                case .limitExceeded: .limitExceeded
                case .fileSystem, .unknownFormat, .malformed, .unsupported, .refusedGlobal: .malformed
                }
            throw ImageError(code: code, message: ".safetensors: \(error.message)")
        }
        let tensor = try tensor(of: checkpoint, named: interpretation.tensorName)
        let array = RawArray(
            format: ".safetensors",
            dtype: tensor.dtype,
            isBigEndian: false,
            isFortranOrder: false,
            shape: tensor.shape.dimensions
        )
        return try unsafe tensor.withUnsafeBytes { bytes throws(ImageError) in
            try unsafe array.picture(of: bytes, limits: limits, interpretation: interpretation)
        }
    }

    private static func tensor(of checkpoint: Checkpoint, named name: String?) throws(ImageError) -> Tensor {
        let names = checkpoint.tensors.keys.sorted()
        let shown = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", ..." : "")
        if let name {
            guard let tensor = checkpoint.tensors[name] else {
                throw ImageError(
                    code: .unsupported,
                    message: ".safetensors: no tensor '\(name)'; the file holds \(shown)"
                )
            }
            return tensor
        }
        guard names.count == 1, let first = names.first, let tensor = checkpoint.tensors[first] else {
            throw ImageError(
                code: .unsupported,
                message: ".safetensors: \(names.count) tensors (\(shown)); a picture is one: "
                    + "name it as FILE.safetensors#NAME"
            )
        }
        return tensor
    }
}
