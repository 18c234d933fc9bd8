import Foundation

/// Where the command was started.
enum WorkingDirectory {
    /// The absolute path.
    static var path: String { FileManager.default.currentDirectoryPath }
}
