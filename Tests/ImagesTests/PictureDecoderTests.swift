import Images
import Testing

/// Every kind of picture against what Pillow makes of it, whole arrays, bit by bit.
@Suite struct PictureDecoderTests {
    /// 8-bit pictures: the files of `converted` say which.
    static let names: [String] = {
        do {
            let converted = Set(try Fixture.names(in: "converted"))
            return try Fixture.names(in: "pictures").filter { converted.contains("\(stem($0)).RGB.npy") }
        } catch {
            return []
        }
    }()

    static func stem(_ name: String) -> String { String(name.prefix { $0 != "." }) }

    @Test func findsItsPictures() {
        #expect(Self.names.count >= 28)
    }

    @Test(arguments: names)
    func convertsToRGBAsPillow(_ name: String) throws {
        try compare(name, suffix: "RGB", channels: 3)
    }

    @Test(arguments: names)
    func convertsToGreyAsPillow(_ name: String) throws {
        try compare(name, suffix: "L", channels: 1)
    }

    @Test(
        arguments: names.filter { name in
            ["cmyk", "ycck", "rgba", "grey_alpha", "palette_alpha", "palette_key"].contains {
                name.contains($0)
            }
        }
    )
    func keepsItsOwnChannels(_ name: String) throws {
        let picture = try PictureDecoder.decode(try Fixture.bytes("pictures/\(name)"))
        try compare(name, suffix: "own", channels: picture.mode.channels)
    }

    private func compare(_ name: String, suffix: String, channels: Int) throws {
        let picture = try PictureDecoder.decode(try Fixture.bytes("pictures/\(name)"))
        let expected = try Fixture.samples("converted/\(Self.stem(name)).\(suffix).npy")
        let spec = squashSpec(channels, height: picture.height, width: picture.width)
        let found = try prepared(picture, Preprocessor(spec: spec, rule: .none))
        #expect(differences(found, planes(expected, channels: channels).map { Float($0) / 255 }) == nil)
    }

    @Test(arguments: [
        ("jpeg_420.jpg", PictureMode.rgb), ("jpeg_grey.jpg", .grey), ("jpeg_cmyk.jpg", .cmyk),
        ("jpeg_ycck.jpg", .cmyk), ("png_bilevel.png", .bilevel), ("png_grey_2.png", .grey),
        ("png_grey16.png", .grey16), ("png_rgb16.png", .rgb16), ("png_rgba16.png", .rgba16),
        ("png_grey_alpha16.png", .greyAlpha16), ("png_palette.png", .palette(hasAlpha: false)),
        ("png_palette_key.png", .palette(hasAlpha: true)), ("png_grey_alpha.png", .greyAlpha),
        ("png_rgba.png", .rgba), ("png_rgb_key.png", .rgb),
    ])
    func opensInPillowsMode(_ name: String, _ mode: PictureMode) throws {
        let picture = try PictureDecoder.decode(try Fixture.bytes("pictures/\(name)"))
        #expect(picture.mode == mode)
        #expect(picture.width == 45 && picture.height == 31)
    }

    /// Colours whose luma lies exactly between two steps are rounded up, as Pillow has it.
    @Test func lumaRoundsAsPillow() throws {
        let picture = DecodedPicture(
            width: 3,
            height: 1,
            mode: .rgb,
            samples: .bytes([0, 52, 184, 255, 4, 56, 188, 255, 0, 52, 183, 255], pixelStride: 4)
        )
        let grey = try prepared(picture, Preprocessor(spec: squashSpec(1, height: 1, width: 3), rule: .none))
        #expect(grey == [52, 56, 51].map { $0 / 255 })
    }

    @Test func doesNotApplyOrientation() throws {
        let picture = try PictureDecoder.decode(try Fixture.bytes("pictures/jpeg_orientation.jpg"))
        #expect(picture.width == 45 && picture.height == 31)
    }

    @Test func readsInterlacedWordsAsPlainOnes() throws {
        let picture = try PictureDecoder.decode(try Fixture.bytes("pictures/png_interlaced_grey16.png"))
        #expect(picture.mode == .grey16)
        let spec = squashSpec(1, height: 31, width: 45)
        let values = try prepared(picture, Preprocessor(spec: spec, rule: .none))
        // Every pass of Adam7 has filled its pixels: neighbours of a smooth picture differ little.
        let rough = (1..<values.count).filter { $0 % 45 != 0 && abs(values[$0] - values[$0 - 1]) > 0.7 }
        #expect(rough.isEmpty)
        #expect(values.contains { $0 > 0.9 } && values.contains { $0 < 0.1 })
    }

    @Test func namesWhatIsNoPicture() throws {
        let html = Array("<!doctype html>".utf8)
        let error = #expect(throws: ImageError.self) { try PictureDecoder.decode(html) }
        #expect(error?.code == .unrecognizedFormat)
        #expect(error?.message.contains("3c 21 64 6f") == true)
        #expect(throws: ImageError.self) { try PictureDecoder.decode([]) }
    }
}
