import JobQueue

/// One picture's outcome as the reading commands print it.
struct ResultLine {
    private let row: ResultRow

    init(_ row: ResultRow) {
        self.row = row
    }

    /// Whether there is no answer.
    var isFailed: Bool { row.status != .done }

    /// `{"filename": ..., "index": [...], "label": [...], "prob": [...]}`, with `"logit"` or `"embedding"` the vector,
    /// with `"features"` the file that holds the map;
    /// without an answer `{"filename": ..., "error": {"stage": ..., "code": ..., "message": ...}}`.
    func json(topk: Int?) -> JSON {
        var members: [(String, JSON)] = [("filename", .string(row.input.uri))]
        guard row.status == .done else {
            let failure = row.failure
            members.append(
                (
                    "error",
                    .object([
                        ("stage", .string(failure?.stage.rawValue ?? RowFailure.Stage.process.rawValue)),
                        ("code", .string(failure?.code ?? row.status.rawValue)),
                        ("message", .string(failure?.message ?? "The picture was set aside.")),
                    ])
                )
            )
            return .object(members)
        }
        let prediction = row.prediction
        let count = topk ?? prediction.index.count
        if !prediction.index.isEmpty {
            members.append(("index", .array(prediction.index.prefix(count).map { .integer(Int($0)) })))
            if !prediction.label.isEmpty {
                members.append(("label", .array(prediction.label.prefix(count).map(JSON.string))))
            }
            members.append(("prob", .array(prediction.prob.prefix(count).map(JSON.float))))
        }
        if let logit = prediction.logit { members.append(("logit", .array(logit.map(JSON.float)))) }
        if let embedding = prediction.embedding {
            members.append(("embedding", .array(embedding.map(JSON.float))))
        }
        if let output = prediction.output {
            let facts: [(String, JSON)] = [
                ("uri", .string(output.uri)), ("sha256", .string(output.sha256)),
                ("shape", .array(output.shape.map(JSON.integer))), ("dtype", .string(output.type)),
            ]
            members.append(("features", .object(facts)))
        }
        return .object(members)
    }

    /// The cells of a table: file name, then what the answer says in words.
    func cells(topk: Int) -> [String] {
        let name = Self.shortName(row.input.uri)
        guard row.status == .done else {
            let stage = row.failure.map { "\($0.stage.rawValue), \($0.code)" } ?? row.status.rawValue
            return [name, "failed (\(stage)): \(row.failure?.message ?? "the picture was set aside")"]
        }
        let prediction = row.prediction
        if !prediction.index.isEmpty {
            let classes = (0..<min(topk, prediction.index.count)).map { rank in
                let label =
                    prediction.label.indices.contains(rank)
                    ? Self.firstWord(prediction.label[rank]) : "class \(prediction.index[rank])"
                return "\(label) \(Figures.decimal(Double(prediction.prob[rank]), places: 3))"
            }
            return [name] + classes
        }
        if let vector = prediction.logit ?? prediction.embedding {
            let start = vector.prefix(4).map { Figures.decimal(Double($0), places: 4) }
            return [name, "\(vector.count) numbers: \(start.joined(separator: " ")) ..."]
        }
        if let output = prediction.output {
            return [
                name,
                "\(output.type) \(output.shape.map(String.init).joined(separator: "x")) in \(output.uri)",
            ]
        }
        return [name, "done"]
    }

    /// The last part of a path or URI.
    private static func shortName(_ uri: String) -> String {
        uri.split(separator: "/").last.map(String.init) ?? uri
    }

    /// A label up to its first comma: labels list synonyms.
    private static func firstWord(_ label: String) -> String {
        label.split(separator: ",").first.map(String.init) ?? label
    }
}
