import Foundation
import Images
package import JobQueue
import Tensors
import Transfer
import Weights

/// The last feature map of one picture, as the model gives it.
struct FeatureMap: Sendable {
    /// `[C, H, W]` of convolutions, `[tokens, width]` of transformers: timm's `forward_features` without the batch.
    var shape: [Int]
    /// The values, row-major.
    var values: [Float]
}

/// The folder that a job's feature maps go to: a `.npy` file a picture, called by its ordinal.
///
/// A file is written whole under another name and renamed, so that a worker that dies leaves none that is cut short; the
/// one who takes its place writes the same bytes.
package struct FeatureFolder: Sendable {
    private let path: String

    /// Makes the folder of `job`, below one of `folders`, where this worker may write; nil allows all.
    ///
    /// - Throws: a `RowFailure` of stage `write` where that is not possible here.
    package init(_ job: ClaimedJob, within folders: [String]?) throws(RowFailure) {
        let root = try Self.root(job.options.outputURI ?? "")
        path = "\(root)/job-\(job.id)"
        let named = folders?.map(Self.standardized)
        guard named.map({ $0.contains { FileReading.isBelow("\(root)/", $0) } }) ?? true else {
            throw Self.refusal("'\(root)' is outside the folders that this worker may use (--allow-folder)")
        }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw Self.refusal("cannot make the folder '\(path)': \(error.localizedDescription)")
        }
        // A link may lead elsewhere.
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let allowed = folders?.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
        guard allowed.map({ $0.contains { FileReading.isBelow("\(resolved)/", $0) } }) ?? true else {
            throw Self.refusal("'\(path)' leads out of the folders that this worker may use (--allow-folder)")
        }
    }

    /// The path that `output_uri` means.
    ///
    /// - Throws: a `RowFailure` that fails the job for a place that is no folder of a file system.
    @discardableResult
    package static func root(_ uri: String) throws(RowFailure) -> String {
        let path = uri.hasPrefix("file://") ? URL(string: uri)?.path ?? "" : uri
        guard path.hasPrefix("/") else {
            throw RowFailure(
                stage: .resolve,
                code: "settings",
                message:
                    "output_uri '\(uri)': output type features goes to a folder, named by its absolute path or "
                    + "file:// URI (--output-uri FOLDER).",
                disposition: .failJob
            )
        }
        return standardized(path)
    }

    /// Writes the map of the picture `ordinal`.
    ///
    /// - Throws: a `RowFailure` of stage `write`: another worker may have more luck.
    func write(_ map: FeatureMap, ordinal: Int32) throws(RowFailure) -> OutputFile {
        let name = "\(path)/\(ordinal).npy"
        let storage = NumpyArray.encoded(shape: map.shape, values: map.values)
        let data = unsafe storage.withUnsafeBytes { bytes in unsafe Data(bytes) }
        do {
            try data.write(to: URL(fileURLWithPath: name), options: .atomic)
        } catch {
            let isFull = (error as? CocoaError)?.code == .fileWriteOutOfSpace
            throw Self.refusal(
                "cannot write '\(name)': \(error.localizedDescription)",
                disposition: isFull ? .stopWorker : .retryRow(after: nil)
            )
        }
        return OutputFile(
            uri: URL(fileURLWithPath: name).absoluteString,
            sha256: FileDigest.sha256(of: storage),
            shape: map.shape,
            type: "float32"
        )
    }

    private static func standardized(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }

    private static func refusal(
        _ message: String,
        disposition: RowFailure.Disposition = .retryRow(after: nil)
    ) -> RowFailure {
        RowFailure(stage: .write, code: "outputFile", message: message, disposition: disposition)
    }
}
