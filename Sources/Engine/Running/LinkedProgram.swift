internal import KernelInterface
internal import Tensors

/// A program with addresses: everything that a run touches, made once.
///
/// Not thread-safe: a run writes the arguments of its steps.
@safe struct LinkedProgram: ~Copyable {
    /// A step of the run.
    @safe struct Step {
        var entry: KernelEntry
        var arguments: UnsafeMutableRawPointer
        /// Which of the patches belong to it.
        var patches: Range<Int>
        /// Which of the counts belong to it.
        var counts: Range<Int>
        /// The launches for 1, 2, ...
        ///
        /// pictures, by ``LinkedProgram/launches``.
        var firstLaunch: Int
        /// The output that it writes, or -1.
        var output: Int
    }

    /// A pointer of a step's arguments that moves with the first picture of a pass.
    @safe struct Patch {
        var field: UnsafeMutablePointer<UInt>
        /// The caller's memory that it points into, or -1 for the arena.
        var external: Int
        /// The address of picture 0, or the distance from the start of the caller's memory.
        var base: UInt
        var bytesPerPicture: UInt
    }

    /// An `Int` of a step's arguments that counts with the pictures of a pass.
    @safe struct Count {
        var field: UnsafeMutablePointer<Int>
        var perPicture: Int
    }

    /// How a step's tasks are handed out.
    struct Launch {
        var tasks: Int
        var grain: Int
    }

    let segments: [Segment]
    let steps: [Step]
    let patches: [Patch]
    let counts: [Count]
    let launches: [Launch]
    /// Pictures that the counts of each lane and segment are set for.
    let pictures: LanePictures
    /// Where the caller's memory is during a run: the pictures, then the outputs; 0 for an output not wanted.
    var externals: [UInt]
    let constants: PackedConstants
    /// Passes of a segment that may go on at the same time, one a thread.
    let lanes: Int
    /// The steps' arguments, for each lane in turn; ``Step``, ``Patch`` and ``Count`` point to those of lane 0.
    let arguments: AlignedBuffer
    let argumentBytesPerLane: Int
    let arena: AlignedBuffer
    let scratch: AlignedBuffer
    let scratchFloatsPerThread: Int
}
