/// How outputs along an axis are cut into tiles of the longest length and then of one less, without a rest where that can be.
public struct TileLengths: Sendable, Hashable, BitwiseCopyable {
    /// Outputs of the longest tiles.
    public let longest: Int
    /// The longest tiles, which come first.
    public let longCount: Int
    /// The tiles of one output less.
    public let shortCount: Int

    /// Cuts `outputs` into as many of the longest tiles as that allows; where tiles of `longest` and one less do not fill the
    /// axis, the last tile stands out of it.
    public init(_ outputs: Int, longest: Int) {
        self.longest = longest
        let tiles = (outputs + longest - 1) / longest
        let rest = tiles * longest - outputs
        // Each short tile takes one from the rest.
        let isFilled = longest > 2 && rest <= tiles
        shortCount = isFilled ? rest : 0
        longCount = tiles - shortCount
    }

    /// Tiles.
    public var count: Int { longCount + shortCount }

    /// The first output of a tile.
    public func start(_ tile: Int) -> Int { (longest - 1) * tile + min(tile, longCount) }

    /// Whether tiles of `longest` outputs and of one less fill an axis of `outputs`.
    public static func fill(_ outputs: Int, longest: Int) -> Bool {
        let tiles = TileLengths(outputs, longest: longest)
        return outputs > 0 && tiles.start(tiles.count) == outputs
    }
}
