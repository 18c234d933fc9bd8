import Engine
import Images
import JobQueue
import ModelZoo
import Testing
import Transfer
import Weights
import Worker

@Suite("Row failures")
struct RowFailureTests {
    @Test("Passing trouble with a picture is tried again after the time that was asked for")
    func transientFetch() {
        let error = TransferError(code: .busy, message: "later", status: 429, retryAfter: .seconds(7))
        let failure = RowFailure(error, at: .fetch)
        #expect(failure.disposition == .retryRow(after: .seconds(7)))
        #expect(failure.stage == .fetch)
        #expect(failure.code == "busy")
    }

    @Test(
        "A picture that is not there fails alone",
        arguments: [TransferError.Code.notFound, .forbidden, .tooLarge]
    )
    func permanentFetch(code: TransferError.Code) {
        let failure = RowFailure(TransferError(code: code, message: "no"), at: .fetch)
        #expect(failure.disposition == .failRow)
    }

    @Test("A full disk stops the worker, not the job")
    func fullDisk() {
        let failure = RowFailure(TransferError(code: .noSpace, message: "full"), at: .resolve)
        #expect(failure.disposition == .stopWorker)
    }

    @Test("Every fault of a picture fails the picture", arguments: ImageError.Code.allCases)
    func imageFaults(code: ImageError.Code) {
        let failure = RowFailure(ImageError(code: code, message: "bad"), at: .decode)
        #expect(failure.disposition == .failRow)
        #expect(failure.code == code.rawValue)
    }

    @Test(
        "Weights that no machine can load fail the job",
        arguments: [WeightsError.Code.parameters, .inputChannels, .hashMismatch, .checkpoint, .notFound]
    )
    func brokenWeights(code: WeightsError.Code) {
        let failure = RowFailure(WeightsError(code: code, message: "bad"), at: .resolve)
        #expect(failure.disposition == .failJob)
    }

    @Test("A hub out of reach is passing trouble")
    func unreachableHub() {
        let failure = RowFailure(WeightsError(code: .unreachable, message: "no route"), at: .resolve)
        #expect(failure.disposition == .retryRow(after: nil))
    }

    @Test("An unknown error before the model runs is the picture's, behind it the worker's")
    func unknownErrors() {
        struct Strange: Error {}
        #expect(RowFailure(Strange(), at: .decode).disposition == .failRow)
        #expect(RowFailure(Strange(), at: .resolve).disposition == .stopWorker)
    }

    @Test("A failure stays what it is")
    func failureStays() {
        let failure = RowFailure(stage: .resolve, code: "x", message: "y", disposition: .failJob)
        #expect(RowFailure(failure, at: .fetch) == failure)
    }
}
