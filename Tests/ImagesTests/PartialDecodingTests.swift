import Images
import Tensors
import Testing

/// Parts of JPEG files against the whole, byte by byte, and what is said of broken files.
@Suite struct PartialDecodingTests {
    /// Every sampling of colours, entropy coding and order of scans; see `Fixtures/make_parts.py`.
    static let files: [String] = {
        do {
            let parts = try Fixture.names(in: "parts").map { "parts/\($0)" }
            let pictures = try Fixture.names(in: "pictures").filter { $0.hasPrefix("jpeg") }
            return parts + pictures.map { "pictures/\($0)" }
        } catch {
            return []
        }
    }()

    @Test func findsItsFiles() {
        #expect(Self.files.count >= 30)
    }

    @Test(arguments: files)
    func partsAreThoseOfTheWhole(_ file: String) throws {
        let bytes = try Fixture.bytes(file)
        let whole = try Outcome(bytes, nil).picture.get()
        let extent = whole.region
        #expect(whole.isWhole)
        var generator = SplitMix(state: 0x9A27)
        // Each block's edge and its neighbours, then anything.
        let edges = [0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 64, 65]
        var regions: [PictureRegion] = []
        for edge in edges where edge < whole.width && edge < whole.height {
            regions += [
                PictureRegion(columns: edge..<whole.width, rows: 0..<whole.height),
                PictureRegion(columns: 0..<edge + 1, rows: edge..<whole.height),
                PictureRegion(columns: edge..<edge + 40, rows: edge..<edge + 20),
                PictureRegion(columns: 0..<whole.width, rows: edge..<edge + 1),
            ]
        }
        regions += (0..<60).map { _ in PictureRegion.random(in: extent, using: &generator) }
        for region in regions {
            let part = try Outcome(bytes, region).picture.get()
            #expect(part.width == whole.width && part.height == whole.height && part.mode == whole.mode)
            #expect(part.samples(of: part.region) == whole.samples(of: part.region), "\(region)")
            #expect(part.region.columns == region.columns.clamped(to: extent.columns))
            #expect(part.region.rows == region.rows.clamped(to: extent.rows))
        }
    }

    /// A file that is cut off anywhere is refused with the same words, whatever part is asked for.
    @Test(arguments: files)
    func cutsAreFound(_ file: String) throws {
        let bytes = try Fixture.bytes(file)
        let extent = try Outcome(bytes, nil).picture.get().region
        var generator = SplitMix(state: 0xC075)
        for count in stride(from: bytes.count - 1, to: 0, by: -29) {
            let cut = Array(bytes[..<count])
            let whole = Outcome(cut, nil)
            #expect(whole.error != nil)
            for region in [
                PictureRegion(columns: 0..<1, rows: 0..<1),
                PictureRegion(columns: 0..<extent.columns.count, rows: 0..<1),
                PictureRegion.random(in: extent, using: &generator),
            ] {
                #expect(Outcome(cut, region).error == whole.error, "\(count) of \(bytes.count), \(region)")
            }
        }
    }

    /// Random damage: the same error or the same pixels.
    @Test(arguments: files)
    func damageIsJudgedAlike(_ file: String) throws {
        let bytes = try Fixture.bytes(file)
        let extent = try Outcome(bytes, nil).picture.get().region
        var generator = SplitMix(state: 0xDA3A)
        var refused = 0
        for _ in 0..<200 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let at = Int.random(in: damaged.count / 4..<damaged.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: damaged[at] = UInt8.random(in: 0...255, using: &generator)
                case 1: damaged[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                default: damaged.remove(at: at)
                }
            }
            let whole = Outcome(damaged, nil)
            let region = PictureRegion.random(in: extent, using: &generator)
            let part = Outcome(damaged, region)
            #expect(part.error == whole.error, "\(region)")
            if case .success(let found) = part.picture, case .success(let expected) = whole.picture {
                #expect(found.samples(of: found.region) == expected.samples(of: found.region), "\(region)")
            } else {
                refused += 1
            }
        }
        #expect(refused > 0)
    }

    /// What timm's usual transform does not look at.
    @Test func leavesOutWhatIsNotAskedFor() throws {
        let preprocessor = Preprocessor(spec: centerSpec(32))
        let wide = try PictureDecoder.decode(try Fixture.bytes("parts/ycc_2x2.jpg"), for: preprocessor)
        #expect(wide.width == 157 && wide.height == 117)
        // 157 x 117 becomes 48 x 36, of which columns 8..<40 and rows 2..<34 are kept. A window reaches 2 * 157 / 48
        // columns and 2 * 117 / 36 rows to each side of its centre.
        #expect(wide.region.columns == 21..<136)
        #expect(wide.region.rows == 2..<115)
    }

    @Test func refusesAPictureForAnotherPreprocessor() async throws {
        await #expect(processExitsWith: .failure) {
            let file = try Fixture.bytes("parts/ycc_2x2.jpg")
            let picture = try PictureDecoder.decode(file, for: Preprocessor(spec: centerSpec(32)))
            _ = try prepared(picture, Preprocessor(spec: squashSpec(3, height: 32, width: 32)))
        }
    }

    /// What became of a file.
    private struct Outcome {
        let picture: Result<DecodedPicture, ImageError>

        init(_ bytes: [UInt8], _ region: PictureRegion?) {
            picture = Result { () throws(ImageError) in
                try JPEGDecoder.decode(bytes, limits: DecodeLimits(pixels: 1 << 20)) { _, _ in region }
            }
        }

        var error: String? {
            guard case .failure(let error) = picture else { return nil }
            return "\(error.code): \(error.message)"
        }
    }
}

/// timm's usual transform to `size` pixels: bicubic, the middle 87.5 %.
private func centerSpec(_ size: Int) -> InputSpec {
    var spec = squashSpec(3, height: size, width: size, .bicubic)
    spec.cropMode = .center
    spec.cropFraction = 0.875
    return spec
}

extension PictureRegion {
    fileprivate static func random(in whole: PictureRegion, using generator: inout SplitMix) -> PictureRegion
    {
        func range(_ count: Int) -> Range<Int> {
            let first = Int.random(in: 0..<count, using: &generator)
            return first..<Int.random(in: first + 1...count, using: &generator)
        }
        return PictureRegion(columns: range(whole.columns.count), rows: range(whole.rows.count))
    }
}

extension DecodedPicture {
    /// The bytes of a part of the part that is there, row after row.
    fileprivate func samples(of part: PictureRegion) -> [UInt8]? {
        guard case .bytes(let bytes, let pixelStride) = samples else { return nil }
        return part.rows.flatMap { row in
            let first = (row - region.rows.lowerBound) * region.columns.count
            let from = (first + part.columns.lowerBound - region.columns.lowerBound) * pixelStride
            return bytes[from..<from + part.columns.count * pixelStride]
        }
    }
}
