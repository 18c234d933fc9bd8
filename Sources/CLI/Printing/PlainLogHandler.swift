import Logging

/// Log messages as a person at a terminal reads them: `apus: downloading weights (source: timm/resnet34.a1_in1k)`.
struct PlainLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata = Logger.Metadata()

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let details = all.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        let level = event.level >= .warning ? "\(event.level): " : ""
        Terminal.note("apus: \(level)\(event.message)\(details.isEmpty ? "" : " (\(details))")")
    }
}
