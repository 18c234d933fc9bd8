internal import Tensors

/// Where a model's input comes from: the size to which a picture is resized, the part of it that is kept, and where
/// that part lies in the input.
///
/// Source: timm/data/transforms_factory.py `transforms_imagenet_eval`, timm/data/transforms.py `ResizeKeepRatio` and
/// `center_crop_or_pad`, torchvision's `_compute_resized_output_size` and `center_crop`.
struct ResizePlan: Equatable {
    /// The picture's extents.
    var source: Extent
    /// The extents after resizing.
    var resized: Extent
    /// The columns of the resized picture that are kept.
    var columns: Range<Int>
    /// The rows of the resized picture that are kept.
    var rows: Range<Int>
    /// The column of the input where the kept part begins; above 0 where the input is padded.
    var left: Int
    /// The row of the input where the kept part begins; above 0 where the input is padded.
    var top: Int

    /// Width and height in pixels.
    struct Extent: Equatable {
        var width: Int
        var height: Int
    }

    /// Plans timm's evaluation transform of a picture of `source`.
    ///
    /// - Throws: `degenerateSize` where a resized edge has no pixel or more than a picture may have.
    init(spec: InputSpec, source: Extent) throws(ImageError) {
        self.source = source
        resized = try Self.resizedExtent(spec: spec, source: source)
        let across = Self.centered(spec.width, in: resized.width)
        let down = Self.centered(spec.height, in: resized.height)
        columns = across.kept
        left = across.offset
        rows = down.kept
        top = down.offset
    }

    /// Resizes the whole of `source` to `resized`: Pillow's `Image.resize`.
    init(source: Extent, resized: Extent) {
        self.source = source
        self.resized = resized
        columns = 0..<resized.width
        rows = 0..<resized.height
        left = 0
        top = 0
    }

    private static func resizedExtent(spec: InputSpec, source: Extent) throws(ImageError) -> Extent {
        let scaledHeight = (Double(spec.height) / spec.cropFraction).rounded(.down)
        let scaledWidth = (Double(spec.width) / spec.cropFraction).rounded(.down)
        let width = Double(source.width)
        let height = Double(source.height)
        let target: (width: Double, height: Double)
        switch spec.cropMode {
        case .squash: target = (scaledWidth, scaledHeight)
        case .border:
            // The longer edge fits. Python's round goes to even.
            let ratio = max(height / scaledHeight, width / scaledWidth)
            target = ((width / ratio).rounded(.toNearestOrEven), (height / ratio).rounded(.toNearestOrEven))
        case .center where scaledHeight != scaledWidth:
            let ratio = min(height / scaledHeight, width / scaledWidth)
            target = ((width / ratio).rounded(.toNearestOrEven), (height / ratio).rounded(.toNearestOrEven))
        case .center:
            // torchvision's Resize: the longer edge is cut to an integer, not rounded.
            target =
                source.width <= source.height
                ? (scaledWidth, (scaledWidth * height / width).rounded(.towardZero))
                : ((scaledWidth * width / height).rounded(.towardZero), scaledWidth)
        }
        let most = Double(Int32.max)
        guard target.width >= 1, target.height >= 1, target.width <= most, target.height <= most else {
            throw ImageError(
                code: .degenerateSize,
                message: "a picture of \(source.width) x \(source.height) pixels would be resized to "
                    + "\(target.width) x \(target.height) for an input of \(spec.width) x \(spec.height) with crop "
                    + "\(spec.cropFraction), mode \(spec.cropMode.rawValue); each edge needs 1...\(Int32.max) pixels"
            )
        }
        return Extent(width: Int(target.width), height: Int(target.height))
    }

    /// The middle `target` pixels of `extent`, or all of them in the middle of `target`.
    private static func centered(_ target: Int, in extent: Int) -> (kept: Range<Int>, offset: Int) {
        guard target <= extent else { return (0..<extent, (target - extent) / 2) }
        let start = Int((Double(extent - target) / 2).rounded(.toNearestOrEven))
        return (start..<start + target, 0)
    }

    /// Whether the vertical pass runs first, as Pillow has it since version 13 where the height shrinks by more than
    /// twice what the width does; the order shows in the last bit, since each pass rounds.
    ///
    /// Older versions have it above a ratio of 100 to 1 only.
    var isVerticalFirst: Bool {
        let shrinkage = source.height - resized.height
        return shrinkage > 0 && shrinkage > (source.width - resized.width) * 2
    }

    /// The weights of the kept columns, or nil where the width stays.
    func weightsAcross(_ filter: ResamplingFilter) -> ResamplingWeights? {
        guard resized.width != source.width else { return nil }
        return ResamplingWeights(
            filter: filter,
            inputCount: source.width,
            outputCount: resized.width,
            outputs: columns
        )
    }

    /// The weights of the kept rows, or nil where the height stays.
    func weightsDown(_ filter: ResamplingFilter) -> ResamplingWeights? {
        guard resized.height != source.height else { return nil }
        return ResamplingWeights(
            filter: filter,
            inputCount: source.height,
            outputCount: resized.height,
            outputs: rows
        )
    }

    /// The part of the source that the kept part is made of; nil for nearest, which is no convolution.
    func region(_ interpolation: InputSpec.Interpolation) -> PictureRegion? {
        guard let filter = ResamplingFilter(interpolation) else { return nil }
        let across = ResamplingWeights.source(
            filter: filter,
            inputCount: source.width,
            outputCount: resized.width,
            outputs: columns
        )
        let down = ResamplingWeights.source(
            filter: filter,
            inputCount: source.height,
            outputCount: resized.height,
            outputs: rows
        )
        return PictureRegion(
            columns: resized.width == source.width ? columns : across,
            rows: resized.height == source.height ? rows : down
        )
    }
}
