import PostgreSQL
import Synchronization

extension JobQueue {
    /// Stores outcomes and ends the lease, all or nothing.
    ///
    /// Pictures named in `deferred` are tried again after a growing, jittered pause; when this was the last try
    /// they are stored as failed. Pictures named nowhere return to the queue at once, without blame.
    ///
    /// Precondition: each ordinal is in the chunk's range, was pending and is named once.
    /// - Throws: `JobQueueError`.
    public func complete(
        _ chunk: ClaimedChunk,
        outcomes: [Outcome],
        deferred: [DeferredItem] = [],
        provenance: Provenance
    ) async throws -> Completion {
        try check(chunk, outcomes.map(\.ordinal) + deferred.map(\.ordinal))
        var outcomes = outcomes
        var waiting = deferred
        if chunk.isLastTry {
            outcomes += deferred.map { Outcome(ordinal: $0.ordinal, result: .failed($0.failure)) }
            waiting = []
        }
        let provenanceID = try await identifier(of: provenance)
        let failures = outcomes.compactMap { outcome -> DeferredItem? in
            guard case .failed(let failure) = outcome.result else { return nil }
            return DeferredItem(ordinal: outcome.ordinal, failure: failure)
        }
        let settling = settlement(
            chunk,
            done: outcomes.count - failures.count,
            failed: failures.count,
            waiting: waiting
        )
        return try await run { [outcomes, waiting] session, statements in
            try session.transaction {
                guard try session.query(statements[.lockLease], chunk.fence).count == 1 else {
                    return .leaseLost
                }
                if !outcomes.isEmpty {
                    try session.copyIn(statements[.copyOutcomes].text) { writer in
                        for outcome in outcomes {
                            try writer.row(outcome.values(of: chunk, provenanceID: provenanceID))
                        }
                    }
                }
                if !failures.isEmpty || !waiting.isEmpty {
                    try session.copyIn(statements[.copyAttempts].text) { writer in
                        for item in failures + waiting { try writer.row(item.values(of: chunk)) }
                    }
                }
                let row = try session.query(statements[settling.name], settling.values).first
                return .stored(isJobFinished: try row?.get("is_last") ?? false)
            }
        }
    }

    private func check(_ chunk: ClaimedChunk, _ ordinals: [Int32]) throws(JobQueueError) {
        let range = chunk.firstOrdinal..<(chunk.firstOrdinal + chunk.itemCount)
        guard Set(ordinals).count == ordinals.count, ordinals.allSatisfy({ range.contains($0) }) else {
            throw JobQueueError(
                code: .damaged,
                message: "chunk \(chunk.id) of job \(chunk.job.id) covers ordinals \(range) once each, "
                    + "found \(ordinals.count) outcomes from \(ordinals.min() ?? 0) to \(ordinals.max() ?? 0)"
            )
        }
    }

    private func settlement(
        _ chunk: ClaimedChunk,
        done: Int,
        failed: Int,
        waiting: [DeferredItem]
    ) -> (name: StatementName, values: [Value]) {
        let counts: [Value] = [.int64(chunk.id.rawValue), .int32(Int32(done)), .int32(Int32(failed))]
        guard !waiting.isEmpty else { return (.settleDone, counts) }
        let asked = waiting.map { item -> Double in
            guard case .retryRow(let after?) = item.failure.disposition else { return 0 }
            return after.seconds
        }
        let pauses: [Value] = [
            .double(policy.firstPause.seconds), .double(policy.longestPause.seconds),
            .double(asked.max() ?? 0),
        ]
        return (.settleDeferred, counts + pauses)
    }

    /// The number of a provenance, stored on first use.
    private func identifier(of provenance: Provenance) async throws -> Int32 {
        if let known = provenanceIDs.withLock({ $0[provenance] }) { return known }
        let values: [Value] = [
            .text(provenance.weightsSHA256), .text(provenance.weightsRevision ?? ""), .text(provenance.build),
            .text(provenance.instructionSet), .text(provenance.precision), .text(provenance.preprocessing),
        ]
        let id = try await run { session, statements -> Int32 in
            if let row = try session.query(statements[.findProvenance], values).first {
                return try row.get("id")
            }
            try session.query(statements[.addProvenance], values)
            guard let row = try session.query(statements[.findProvenance], values).first else {
                throw JobQueueError(code: .damaged, message: "a stored provenance cannot be found")
            }
            return try row.get("id")
        }
        provenanceIDs.withLock { $0[provenance] = id }
        return id
    }
}

extension Outcome {
    /// The columns of `copy_outcomes`.
    func values(of chunk: ClaimedChunk, provenanceID: Int32) -> [Value] {
        let failure: RowFailure?
        let prediction: Prediction
        switch result {
        case .done(let answer): (prediction, failure) = (answer, nil)
        case .failed(let reason): (prediction, failure) = (Prediction(), reason)
        }
        let hasRanks = !prediction.index.isEmpty
        let spans = [
            timings.fetch, timings.decode, timings.preprocess, timings.queueWait, timings.infer,
            timings.write,
        ]
        let head: [Value] = [
            .int64(chunk.job.id.rawValue), .int32(ordinal), .text(failure == nil ? "done" : "failed"),
            .int64(chunk.worker.rawValue), .int32(provenanceID),
        ]
        let tail: [Value] = [
            .text(failure?.stage.rawValue), .text(failure?.code), .text(failure?.storedMessage),
            .int32s(hasRanks ? prediction.index : nil), .floats(hasRanks ? prediction.prob : nil),
            .texts(hasRanks && !prediction.label.isEmpty ? prediction.label : nil),
            .text(prediction.output?.uri), .text(prediction.output?.sha256), .floats(prediction.logit),
            .floats(prediction.embedding), .int32s(prediction.output?.shape.map { Int32(clamping: $0) }),
            .text(prediction.output?.type),
        ]
        return head + spans.map { .float($0.map { Float($0.milliseconds) }) } + tail
    }
}

extension DeferredItem {
    /// The columns of `copy_attempts`.
    func values(of chunk: ClaimedChunk) -> [Value] {
        [
            .int64(chunk.job.id.rawValue), .int64(chunk.id.rawValue), .int32(ordinal),
            .int32(Int32(chunk.attempt)), .int64(chunk.worker.rawValue), .text(failure.stage.rawValue),
            .text(failure.code), .text(failure.storedMessage),
        ]
    }
}
