import Foundation

/// What the operating system says of this process's memory.
public enum ProcessMemory {
    /// The most resident memory that the process has had, in bytes; nil where `/proc` does not say.
    public static var peakByteCount: Int? {
        guard let file = FileHandle(forReadingAtPath: "/proc/self/status") else { return nil }
        let text = String(decoding: file.readDataToEndOfFile(), as: UTF8.self)
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return kilobytes * 1024
    }
}
