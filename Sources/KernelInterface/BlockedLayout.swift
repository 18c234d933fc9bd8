/// The blocked layout of feature maps: `[N][ceil(C / 16)][H][W][16]` floats.
///
/// Sixteen neighbouring channels of one pixel stand side by side. Channels past C hold zero: every kernel
/// writes them so and may read them so. The strides are explicit, hence a channel block may be followed by
/// room against cache aliasing, and a concatenation along multiples of 16 channels is a view. With H = W = 1
/// the layout is row-major `[N][C rounded up to 16]`.
public enum BlockedLayout {
    /// Channels of a block.
    public static let lanes = 16

    /// Blocks that hold `channels` channels.
    public static func blocks(_ channels: Int) -> Int { (channels + 15) / 16 }

    /// `channels` rounded up to whole blocks.
    public static func padded(_ channels: Int) -> Int { blocks(channels) * 16 }
}

/// Distances in floats between the parts of a batch of feature maps.
///
/// In the blocked layout a pixel is 16 floats and the pixels of a row follow each other; in the plain layout
/// `[N, C, H, W]` a pixel is one float.
public struct MapStrides: Sendable, Hashable, BitwiseCopyable {
    /// From an image to the next.
    public var image: Int
    /// From a channel block (blocked) or a channel (plain) to the next.
    public var channel: Int
    /// From a row to the next; at least the floats of a row.
    public var row: Int

    /// Makes strides, in floats.
    public init(image: Int, channel: Int, row: Int) {
        self.image = image
        self.channel = channel
        self.row = row
    }

    /// The strides of dense blocked maps of `channels` x `height` x `width`, `padding` floats after each block.
    public static func blocked(channels: Int, height: Int, width: Int, padding: Int = 0) -> MapStrides {
        let block = height * width * 16 + padding
        return MapStrides(image: BlockedLayout.blocks(channels) * block, channel: block, row: width * 16)
    }

    /// The strides of dense plain maps `[N, channels, height, width]`.
    public static func plain(channels: Int, height: Int, width: Int) -> MapStrides {
        MapStrides(image: channels * height * width, channel: height * width, row: width)
    }
}
