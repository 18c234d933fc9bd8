internal import CIntrinsics
internal import KernelInterface

/// Where the lanes of an output block find the inputs of their groups, of which a block has one or two.
///
/// Channel c of a group may stand at any lane of an input block: groups need not begin where blocks do.
protocol LaneGroups: BitwiseCopyable {
    /// Where an input of each group stands.
    associatedtype Place

    /// Neighbouring output blocks that may read the same groups, at most.
    static var blocks: Int { get }

    /// Input `input` of each group, in the first pixel of the first input block.
    func place(_ first: Source, _ input: Int) -> Place

    /// The input of each lane, `offset` floats further.
    func value(_ place: Place, _ offset: Int) -> Vector
}

/// All lanes belong to one group.
struct OneGroup: LaneGroups {
    /// The group's first channel, counted from the first input block's.
    let firstChannel: Int
    /// Floats from an input block to the next.
    let blockStride: Int

    @inline(__always) static var blocks: Int { 2 }

    @inline(__always) func place(_ first: Source, _ input: Int) -> Source {
        let channel = firstChannel &+ input
        return first + ((channel &>> 4) &* blockStride &+ (channel & 15))
    }

    @inline(__always) func value(_ place: Source, _ offset: Int) -> Vector { splat(place[offset]) }
}

/// The first lanes belong to one group, the others to the next.
struct TwoGroups: LaneGroups {
    /// The groups' first channels, counted from the first input block's.
    let firstChannel: Int
    let secondChannel: Int
    /// Floats from an input block to the next.
    let blockStride: Int
    /// Minus one in the lanes of the first group.
    let mask: SIMD16<Int32>

    @inline(__always) static var blocks: Int { 1 }

    @inline(__always) func place(_ first: Source, _ input: Int) -> (Source, Source) {
        let (channel, second) = (firstChannel &+ input, secondChannel &+ input)
        return (
            first + ((channel &>> 4) &* blockStride &+ (channel & 15)),
            first + ((second &>> 4) &* blockStride &+ (second & 15))
        )
    }

    @inline(__always) func value(_ place: (Source, Source), _ offset: Int) -> Vector {
        apus_splat_two(place.0[offset], place.1[offset], mask)
    }
}
