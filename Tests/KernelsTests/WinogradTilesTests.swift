import KernelInterface
import Testing

@Suite struct WinogradTilesTests {
    @Test func tilesOfFourAndThreeFillAllExtentsButThree() {
        #expect((0...300).filter { !TileLengths.fill($0, longest: 4) } == [0, 1, 2, 5])
        #expect((1...300).allSatisfy { TileLengths.fill($0, longest: 2) == ($0 % 2 == 0) })
    }

    @Test(arguments: 1...300)
    func lengthsFollowEachOther(outputs: Int) {
        let tiles = TileLengths(outputs, longest: 4)
        let lengths = (0..<tiles.count).map { tiles.start($0 + 1) - tiles.start($0) }
        #expect(lengths.prefix(tiles.longCount).allSatisfy { $0 == 4 })
        #expect(lengths.dropFirst(tiles.longCount).allSatisfy { $0 == 3 } && tiles.shortCount < 4)
        #expect(tiles.start(0) == 0 && tiles.count == (outputs + 3) / 4)
        #expect(tiles.start(tiles.count) >= outputs && tiles.start(tiles.count - 1) < outputs)
    }

    /// Every output of every image is in one tile, and those that lack a position stand outside of its range.
    @Test(
        arguments: [(14, 14), (7, 7), (8, 16), (1, 9), (17, 5), (6, 35), (2, 2)],
        [WinogradTiling.two, .fourByTwo, .four]
    )
    func tilesCoverTheImagesInOrder(_ extent: (height: Int, width: Int), _ tiling: WinogradTiling) {
        let shape = ConvolutionShape(
            inputChannels: 16,
            inputHeight: extent.height,
            inputWidth: extent.width,
            outputChannels: 16,
            outputHeight: extent.height,
            outputWidth: extent.width,
            kernelHeight: 3,
            kernelWidth: 3
        )
        for images in [1, 3] {
            let tiles = WinogradTiles(shape, tiling, images: images)
            let places = (0..<tiles.count).map { tiles.place($0) }
            var counts: [[Int]: Int] = [:]
            for place in places {
                let height = place.isLongDown ? tiling.tileDown : tiling.tileDown - 1
                let width = place.isLongAcross ? tiling.tileAcross : tiling.tileAcross - 1
                for row in place.row..<min(place.row + height, extent.height) {
                    for column in place.column..<min(place.column + width, extent.width) {
                        counts[[place.image, row, column], default: 0] += 1
                    }
                }
            }
            #expect(counts.count == images * extent.height * extent.width)
            #expect(counts.values.allSatisfy { $0 == 1 })
            for needs in [(false, false), (true, false), (false, true), (true, true)] {
                let having = tiles.having(longDown: needs.0, longAcross: needs.1)
                for (index, place) in places.enumerated() {
                    let has = (place.isLongDown || !needs.0) && (place.isLongAcross || !needs.1)
                    #expect(having.contains(index) == has)
                }
            }
        }
    }
}
