private import CIntrinsics

/// The instruction sets that the kernels are built for.
public enum InstructionSet: String, Sendable, Hashable, CaseIterable, Comparable, CustomStringConvertible {
    /// What every CPU of the architecture has: SSE2 on x86-64, NEON on arm64.
    case baseline
    /// The level x86-64-v3: AVX2 and FMA.
    case avx2
    /// The level x86-64-v4: AVX-512 F, BW, CD, DQ and VL.
    case avx512
    /// AVX-512 and its dot products of bfloat16 pairs, AVX512-BF16.
    case avx512bf16
    /// The same instructions as AMD's Zen 4 runs them, an addition beside each multiply-add: matrix work by ``FastInnerProduct``.
    case zen4

    /// The instruction set of this name, in any case: `baseline`, `avx2`, `avx512`, `avx512bf16`,
    /// `zen4`; nil for another name.
    public init?(parsing name: String) {
        self.init(rawValue: name.lowercased())
    }

    /// The instruction set of a level of CIntrinsics' `APUS_INSTRUCTION_SET`: 0, 1, 2.
    public init(level: Int) {
        self = level >= 2 ? .avx512 : level == 1 ? .avx2 : .baseline
    }

    /// Whether this CPU and its operating system run it.
    public var isSupported: Bool {
        switch self {
        case .baseline: true
        case .avx2: apus_cpu_has_avx2()
        case .avx512: apus_cpu_has_avx512()
        case .avx512bf16, .zen4: apus_cpu_has_avx512bf16()
        }
    }

    /// The best one for this CPU: of those that it runs, ``zen4`` on that CPU alone.
    public static var best: InstructionSet {
        allCases.last { $0.isSupported && ($0 != .zen4 || apus_cpu_is_zen4()) } ?? .baseline
    }

    /// The same, or that of the same CPUs whose kernels of matrix work sum in the order of the inputs.
    public var summingInOrder: InstructionSet { self == .zen4 ? .avx512bf16 : self }

    /// Whether additions cost nothing beside multiply-adds.
    public var hasFreeAdditions: Bool { self == .zen4 }

    /// From the weakest to the strongest.
    public static func < (left: InstructionSet, right: InstructionSet) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .baseline: 0
        case .avx2: 1
        case .avx512: 2
        case .avx512bf16: 3
        case .zen4: 4
        }
    }

    /// The name that ``init(parsing:)`` takes.
    public var description: String { rawValue }
}
