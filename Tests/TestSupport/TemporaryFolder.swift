import Foundation

/// A folder that is there as long as the object.
public final class TemporaryFolder: Sendable {
    /// Its absolute path.
    public let root: String

    /// Makes an empty folder.
    ///
    /// - Throws: what the file system says.
    public init() throws {
        root = FileManager.default.temporaryDirectory.appendingPathComponent("apus-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: root)
        } catch {
            print("cannot remove \(root): \(error)")
        }
    }

    /// The absolute path of a name in the folder.
    public func path(_ name: String) -> String { "\(root)/\(name)" }

    /// The sorted names in a folder below it.
    ///
    /// - Parameter folder: the relative path of the folder.
    /// - Returns: the names of files and folders.
    /// - Throws: what the file system says.
    public func names(in folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? root : path(folder)).sorted()
    }
}
