import Checkpoints
import Foundation
import Tensors
import Testing

/// A pickle written by hand, and how it is refused.
struct PickleCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var code: CheckpointError.Code
    var write: @Sendable (inout PickleAssembler) -> Void

    init(
        _ name: String,
        _ code: CheckpointError.Code,
        _ write: @escaping @Sendable (inout PickleAssembler) -> Void
    ) {
        testDescription = name
        self.code = code
        self.write = write
    }
}

/// Pickles written by hand: what old PyTorch wrote, and what an attacker would.
@Suite struct UnpicklerTests {
    /// A legacy stream of `{"a": tensor}`.
    static func single(
        count: Int,
        offset: Int = 0,
        shape: [Int],
        strides: [Int],
        window: (Int, Int)? = nil,
        stored: Int? = nil
    ) -> [UInt8] {
        var pickle = PickleAssembler()
        pickle.op("}")
        pickle.string("a")
        pickle.tensor("k", count: count, offset: offset, shape: shape, strides: strides, window: window)
        pickle.op("s")
        return pickle.legacy([("k", stored ?? count)])
    }

    /// A legacy stream of `object` followed by STOP and no storages.
    static func stream(_ write: (inout PickleAssembler) -> Void) -> [UInt8] {
        var pickle = PickleAssembler()
        write(&pickle)
        return pickle.legacy([])
    }

    @Test func readsAnOrderedDictOfPython2() throws {
        // OrderedDict([["a", tensor], ["b", Parameter(tensor, True)]]), names as byte strings.
        var pickle = PickleAssembler()
        pickle.global("collections", "OrderedDict")
        pickle.ops("](")
        for name in ["a", "b"] {
            pickle.ops("](")
            pickle.bytes += [UInt8(ascii: "U"), 1] + name.utf8
            if name == "b" { pickle.global("torch.nn.parameter", "Parameter") }
            pickle.tensor("k", count: 6, offset: 2, shape: [2], strides: [2])
            if name == "b" { pickle.bytes += [0x88, 0x86, UInt8(ascii: "R")] }
            pickle.op("e")
        }
        pickle.bytes += [UInt8(ascii: "e"), 0x85, UInt8(ascii: "R")]
        let checkpoint = try CheckpointReader.read(bytes: pickle.legacy([("k", 6)]))
        #expect(checkpoint.tensors.mapValues(\.floats) == ["a": [2, 4], "b": [2, 4]])
    }

    @Test func readsAPartOfAStorage() throws {
        let bytes = Self.single(count: 8, offset: 1, shape: [2], strides: [1], window: (3, 4))
        #expect(try CheckpointReader.read(bytes: bytes).tensors["a"]?.floats == [4, 5])
        let outside = failure(
            reading: Self.single(count: 8, offset: 3, shape: [2], strides: [1], window: (3, 4))
        )
        #expect(outside?.message.contains("reaches element 4 of a storage of 4") == true)
        #expect(
            failure(reading: Self.single(count: 8, shape: [1], strides: [1], window: (6, 4)))?.code
                == .malformed
        )
    }

    @Test(
        arguments: [
            (Int.max, [2], [1], CheckpointError.Code.malformed, "which no tensor can have"),
            (0, [Int.max, Int.max], [1, 1], .malformed, "which no tensor can have"),
            (0, [-1], [1], .malformed, "which no tensor can have"),
            (0, [2], [-1], .malformed, "which no tensor can have"),
            (0, [2], [Int.max], .malformed, "reaches element"),
            (0, [3], [Int.max], .malformed, "which no tensor can have"),
            (-1, [1], [1], .malformed, "which no tensor can have"),
            (4, [1], [1], .malformed, "reaches element 4 of a storage of 4"),
            (0, [5], [1], .malformed, "reaches element 4 of a storage of 4"),
            (5, [0], [1], .malformed, "of a storage of 4"),
            (0, [1 << 40], [0], .limitExceeded, "repeats its elements"),
            (0, [1 << 62], [0], .limitExceeded, "repeats its elements"),
            (0, [2], [1, 1], .malformed, "arguments that it does not take"),
            (0, [Int](repeating: 1, count: 65), [Int](repeating: 1, count: 65), .malformed, "does not take"),
        ] as [(Int, [Int], [Int], CheckpointError.Code, String)]
    )
    func refusesTensorsOutsideTheirStorage(
        _ offset: Int,
        _ shape: [Int],
        _ strides: [Int],
        _ code: CheckpointError.Code,
        _ words: String
    ) {
        let error = failure(reading: Self.single(count: 4, offset: offset, shape: shape, strides: strides))
        #expect(error?.code == code)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "read")")
    }

    @Test func refusesStoragesThatDisagree() {
        let other = failure(reading: Self.single(count: 4, shape: [4], strides: [1], stored: 5))
        #expect(other?.message == "the storage \"k\" has 5 elements, the pickle declares 4")
        let huge = failure(reading: Self.single(count: Int.max, shape: [4], strides: [1], stored: 4))
        #expect(huge?.message.contains("larger than any file") == true)
        let long = failure(reading: Self.single(count: 1 << 40, shape: [4], strides: [1], stored: 4))
        #expect(long?.code == .malformed)
    }

    @Test(
        arguments: [
            ("os", "system"), ("posix", "system"), ("nt", "system"), ("subprocess", "Popen"),
            ("builtins", "eval"), ("__builtin__", "eval"), ("builtins", "exec"), ("builtins", "getattr"),
            ("builtins", "__import__"), ("torch", "load"), ("torch._utils", "_rebuild_qtensor"),
            ("torch.hub", "load"), ("collections", "OrderedDict.__init__"), ("webbrowser", "open"),
            ("torch", ""), ("", ""), ("torch.storage", "_load_from_bytes"),
        ]
    )
    func refusesAndNamesWhatItDoesNotKnow(_ module: String, _ name: String) {
        let byGlobal = Self.stream {
            $0.global(module, name)
            $0.string("touch /tmp/owned")
            $0.bytes += [0x85]
            $0.op("R")
        }
        let byStackGlobal = Self.stream {
            $0.string(module)
            $0.string(name)
            $0.raw(0x93)
        }
        for bytes in [byGlobal, byStackGlobal] {
            let error = failure(reading: bytes)
            #expect(error?.code == .refusedGlobal)
            #expect(error?.message.contains("\"\(module).\(name)\"") == true)
            #expect(error?.message.contains("nothing was executed") == true)
        }
    }

    @Test func escapesWhatAMessageRepeats() {
        let error = failure(
            reading: Self.stream { $0.global("\u{1B}[31m", String(repeating: "x", count: 900)) }
        )
        #expect(error?.message.contains("\u{1B}") == false)
        #expect(error.map { $0.message.count < 400 } == true)
    }

    /// What no checkpoint holds, as the object of a legacy stream.
    static let malformed: [PickleCase] = [
        PickleCase("an INST", .unsupported) { $0.ops("(ios\nsystem\n") },
        PickleCase("an OBJ", .unsupported) { $0.ops("(o") },
        PickleCase("an EXT1", .unsupported) { $0.bytes += [0x82, 1] },
        PickleCase("a PERSID", .unsupported) { $0.ops("Px\n") },
        PickleCase("text", .unsupported) { $0.ops("S'x'\n") },
        PickleCase("a later protocol", .unsupported) { $0.bytes += [0x80, 6] },
        PickleCase("a huge text", .truncated) { $0.bytes += [0x58, 0xFF, 0xFF, 0xFF, 0xFF] },
        PickleCase("a huge text of 64 bits", .truncated) {
            $0.bytes += [0x8D] + [UInt8](repeating: 0xFF, count: 8)
        },
        PickleCase("huge bytes", .truncated) { $0.bytes += [0x8E] + [UInt8](repeating: 0x7F, count: 8) },
        PickleCase("a negative length", .truncated) { $0.bytes += [0x54, 0, 0, 0, 0x80] },
        PickleCase("a negative long", .truncated) { $0.bytes += [0x8B, 0, 0, 0, 0x80] },
        PickleCase("a huge frame", .truncated) { $0.bytes += [0x95] + [UInt8](repeating: 0xFF, count: 8) },
        PickleCase("text that is not UTF-8", .malformed) { $0.bytes += [0x8C, 1, 0xFF] },
        PickleCase("an empty stack", .malformed) { $0.ops("a") },
        PickleCase("a stack below its mark", .malformed) { $0.ops("]K\u{1}(a") },
        PickleCase("no mark", .malformed) { $0.ops("t") },
        PickleCase("an empty memo", .malformed) { $0.bytes += [0x68, 9] },
        PickleCase("a put of nothing", .malformed) { $0.bytes += [0x71, 9] },
        PickleCase("an append to a number", .malformed) { $0.ops("K\u{1}Na") },
        PickleCase("an append to a dict", .malformed) { $0.ops("}Na") },
        PickleCase("an item of a list", .malformed) { $0.ops("]NNs") },
        PickleCase("a key without a value", .malformed) { $0.ops("}(Nu") },
        PickleCase("attributes of a list", .malformed) { $0.ops("]Nb") },
        PickleCase("attributes of a number", .malformed) { $0.ops("NNb") },
        PickleCase("a call of a number", .malformed) { $0.ops("N)R") },
        PickleCase("a call of a text", .malformed) {
            $0.string("os.system")
            $0.ops(")R")
        },
        PickleCase("a call of a storage's class", .malformed) {
            $0.global("torch", "FloatStorage")
            $0.ops(")R")
        },
        PickleCase("a call without a tuple", .malformed) {
            $0.global("torch", "Size")
            $0.ops("NR")
        },
        PickleCase("a tensor of nothing", .malformed) {
            $0.global("torch._utils", "_rebuild_tensor_v2")
            $0.ops(")R")
        },
        PickleCase("a parameter of nothing", .malformed) {
            $0.global("torch._utils", "_rebuild_parameter")
            $0.ops(")R")
        },
        PickleCase("a rebuild of a rebuild", .malformed) {
            $0.global("torch._tensor", "_rebuild_from_type_v2")
            $0.op("(")
            $0.global("torch._tensor", "_rebuild_from_type_v2")
            $0.ops("N)NtR")
        },
        PickleCase("a storage of nothing", .malformed) { $0.ops("NQ") },
        PickleCase("a module", .malformed) {
            $0.op("(")
            $0.string("module")
            $0.ops("NNNNtQ")
        },
        PickleCase("two sizes of one storage", .malformed) {
            $0.storage("k", count: 4)
            $0.storage("k", count: 5)
        },
        PickleCase("a negative storage", .malformed) { $0.storage("k", count: -4) },
        PickleCase("a dict that holds itself", .malformed) { $0.ops("}q\u{0}K\u{1}h\u{0}s") },
        PickleCase("nothing but a number", .malformed) { $0.ops("K\u{1}") },
    ]

    @Test(arguments: malformed) func refuses(_ pickle: PickleCase) {
        #expect(failure(reading: Self.stream(pickle.write))?.code == pickle.code)
    }

    @Test func boundsWhatAPickleBuilds() {
        let million = 1 << 20
        let bombs: [(String, [UInt8], String)] = [
            ("containers", [UInt8](repeating: UInt8(ascii: "]"), count: million + 1), "containers"),
            (
                "popped containers", [[UInt8]](repeating: [0x5D, 0x30], count: million + 1).flatMap { $0 },
                "containers"
            ),
            ("values", [UInt8](repeating: UInt8(ascii: "N"), count: million + 1), "values on the stack"),
            ("marks", [UInt8](repeating: UInt8(ascii: "("), count: million + 1), "marks"),
            ("duplicates", [0x4E] + [UInt8](repeating: 0x32, count: million + 1), "values on the stack"),
            ("stored values", [0x4E] + [UInt8](repeating: 0x94, count: million + 1), "stored values"),
            ("nested tuples", [0x29] + [UInt8](repeating: 0x85, count: 1000), "levels of containers"),
            (
                "nested lists",
                [UInt8](repeating: 0x5D, count: 1000) + [UInt8](repeating: UInt8(ascii: "a"), count: 999),
                "levels of containers"
            ),
            // Each tuple holds the one before twice: 2^200 leaves, were they ever walked.
            (
                "doubled tuples", [0x29] + [[UInt8]](repeating: [0x32, 0x86], count: 600).flatMap { $0 },
                "levels"
            ),
        ]
        for (name, bytes, words) in bombs {
            let error = failure(reading: Self.stream { $0.bytes += bytes })
            #expect(error?.code == .limitExceeded, "\(name)")
            #expect(error?.message.contains(words) == true, "\(name): \(error?.message ?? "read")")
        }
    }

    @Test func containersGrowInLinearTime() throws {
        // One item an instruction: were each a copy of the container, this would move terabytes.
        var pickle = PickleAssembler()
        pickle.ops("}")
        pickle.string("list")
        pickle.op("]")
        for _ in 0..<400_000 { pickle.ops("Na") }
        pickle.op("s")
        for number in 0..<400_000 {
            pickle.integer(number)
            pickle.ops("Ns")
        }
        pickle.string("a")
        pickle.tensor("k", count: 1, shape: [1], strides: [1])
        pickle.op("s")
        #expect(try CheckpointReader.read(bytes: pickle.legacy([("k", 1)])).tensors.count == 1)
    }

    @Test func aMemoIndexAllocatesNothing() throws {
        // LONG_BINPUT 0xFFFFFFFF keeps one value.
        var pickle = PickleAssembler()
        pickle.op("}")
        pickle.bytes += [0x72, 0xFF, 0xFF, 0xFF, 0xFF]
        pickle.string("a")
        pickle.tensor("k", count: 1, shape: [1], strides: [1])
        pickle.op("s")
        #expect(try CheckpointReader.read(bytes: pickle.legacy([("k", 1)])).tensors.count == 1)
    }

    @Test func whatFollowsTheLastStorageIsIgnored() throws {
        let bytes = Self.single(count: 1, shape: [1], strides: [1])
        #expect(try CheckpointReader.read(bytes: bytes + [1, 2, 3]).tensors["a"]?.floats == [0])
    }
}
