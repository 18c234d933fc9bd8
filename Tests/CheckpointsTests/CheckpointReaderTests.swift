import Checkpoints
import Foundation
import Tensors
import Testing

/// Files that torch and safetensors wrote, of every type and format, read back value by value.
@Suite struct CheckpointReaderTests {
    @Test(arguments: try Fixture.all) func readsWhatTheLibraryWrote(_ fixture: Fixture) throws {
        let checkpoint = try CheckpointReader.read(path: Fixture.path(fixture.name))
        #expect(checkpoint.format.rawValue == fixture.expected.format)
        #expect(checkpoint.metadata == fixture.expected.metadata)
        #expect(checkpoint.tensors.keys.sorted() == fixture.expected.tensors.keys.sorted())
        for (name, expected) in fixture.expected.tensors {
            let tensor = try #require(checkpoint.tensors[name])
            #expect(tensor.dtype.rawValue == expected.dtype, "\(name)")
            #expect(tensor.shape.dimensions == expected.shape, "\(name)")
            #expect(tensor.floats == expected.values, "\(name)")
        }
    }

    @Test func everyTypeIsThere() throws {
        let safetensors = try CheckpointReader.read(path: Fixture.path("types.safetensors"))
        #expect(Set(safetensors.tensors.values.map(\.dtype)) == Set(DType.allCases))
        let zip = try CheckpointReader.read(path: Fixture.path("types.zip.pth"))
        #expect(Set(zip.tensors.values.map(\.dtype)) == Set(DType.allCases))
    }

    @Test func rowMajorTensorsShareTheFile() throws {
        for name in ["types.safetensors", "types.zip.pth", "types.legacy.pth"] {
            let tensors = try CheckpointReader.read(path: Fixture.path(name)).tensors.values
            #expect(Set(tensors.map { ObjectIdentifier($0.storage) }).count == 1, "\(name)")
        }
    }

    @Test(
        arguments: [
            ("refused.object.pth", CheckpointError.Code.refusedGlobal, "\"torch.nn.modules.linear.Linear\""),
            ("refused.sparse.pth", .refusedGlobal, "\"torch._utils._rebuild_sparse_tensor\""),
            ("refused.complex.pth", .unsupported, "torch.ComplexFloatStorage"),
            ("refused.conjugate.pth", .unsupported, "resolve_conj()"),
            ("refused.list.pth", .malformed, "found a list"),
            ("refused.nested.pth", .malformed, "it holds \"net\", \"epoch\""),
            ("refused.twice.pth", .malformed, "\"a\" is there with and without"),
            ("refused.script.pt", .unsupported, "TorchScript"),
            ("refused.arrays.npz", .unknownFormat, "a NumPy .npz archive"),
            ("refused.array.npy", .unknownFormat, "a NumPy array"),
            ("refused.float8.safetensors", .unsupported, "\"F8_E4M3\""),
            ("refused.deflated.pth", .unsupported, "compressed"),
            ("README.txt", .unknownFormat, "neither safetensors nor a PyTorch checkpoint"),
            ("absent.pth", .fileSystem, "No such file"),
            ("", .fileSystem, "found a folder"),
        ]
    )
    func refusesByName(_ file: String, _ code: CheckpointError.Code, _ words: String) throws {
        let path = Fixture.path(file)
        let error = #expect(throws: CheckpointError.self) { try CheckpointReader.read(path: path) }
        #expect(error?.code == code)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        #expect(error?.path == path)
    }

    @Test func saysWhatWasTakenForACheckpoint() {
        let cases: [(String, CheckpointError.Code, String)] = [
            ("version https://git-lfs.github.com/spec/v1\n", .unknownFormat, "Git LFS pointer"),
            ("<!DOCTYPE html><html></html>", .unknownFormat, "a web page"),
            ("", .truncated, "0 bytes"),
            (
                String(repeating: "\0", count: 257) + "ustar" + String(repeating: "\0", count: 250),
                .unsupported, "tar"
            ),
        ]
        for (text, code, words) in cases {
            let error = failure(reading: [UInt8](text.utf8))
            #expect(error?.code == code)
            #expect(error?.message.contains(words) == true, "\(String(describing: error))")
        }
        #expect(failure(reading: [0x1F, 0x8B, 8, 0])?.message.contains("gzip") == true)
        // A pickle of 5 that torch.save did not write.
        #expect(failure(reading: [0x80, 2, 0x4B, 5, 0x2E])?.message.contains("magic number") == true)
    }

    @Test func refusesWhatIsNoRegularFile() {
        for path in ["/dev/null", "/dev/zero"] {
            let error = #expect(throws: CheckpointError.self) { try CheckpointReader.read(path: path) }
            #expect(error?.message == "expected a checkpoint file, found not a regular file")
        }
    }
}
