import JobQueue

/// Reads a job's results page by page and prints them in the order of the pictures.
struct ResultPrinter {
    let queue: JobQueue
    let job: JobID
    let isJSON: Bool
    /// How many classes are printed; nil: all in JSON, three in a table.
    let topk: Int?

    private static let pageCount = 500
    private static let tableTopK = 3

    /// Prints what is stored.
    ///
    /// - Returns: how many pictures have no answer.
    /// - Throws: `JobQueueError`; `Terminal.OutputClosed` when nobody reads.
    func print() async throws -> Int {
        let topk = topk ?? Self.tableTopK
        var failedCount = 0
        var last: Int32?
        while true {
            let rows = try await queue.results(of: job, after: last, limit: Self.pageCount)
            var table = Table(
                [Table.Column("filename")]
                    + (1...topk).map { Table.Column($0 == 1 ? "prediction" : "") }
            )
            for row in rows {
                let line = ResultLine(row)
                if line.isFailed { failedCount += 1 }
                if isJSON {
                    try Terminal.print(line.json(topk: self.topk).text)
                } else {
                    table.append(line.cells(topk: topk))
                }
            }
            if !isJSON, !rows.isEmpty {
                // The head stands above the first page only.
                for line in table.lines.dropFirst(last == nil ? 0 : 1) { try Terminal.print(line) }
            }
            guard rows.count == Self.pageCount, let end = rows.last else { return failedCount }
            last = end.ordinal
        }
    }
}
