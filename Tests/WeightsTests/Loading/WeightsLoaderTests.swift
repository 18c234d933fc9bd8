import Checkpoints
import Foundation
import Graph
import ModelZoo
import Tensors
import Testing
import Weights

/// Whole files loaded for an architecture of the registry.
@Suite struct WeightsLoaderTests {
    /// A folder of checkpoints of one small architecture, removed with its owner.
    final class Checkpoints: Sendable {
        let architecture: Architecture
        let folder: URL

        init(_ name: String) throws {
            architecture = try ModelRegistry.architecture(named: name)
            folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }

        deinit {
            do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
        }

        /// The architecture's options for `channels` and `classes` at its own size.
        func options(channels: Int = 3, classes: Int) -> BuildOptions {
            let size = architecture.defaultTag.inputSize
            return BuildOptions(inputChannels: channels, height: size[1], width: size[2], classCount: classes)
        }

        /// Tensors of the right names and shapes: each element is its index modulo 7.
        func tensors(classes: Int) throws -> [String: Tensor] {
            var tensors: [String: Tensor] = [:]
            for parameter in try architecture.graph(options(classes: classes)).parameters {
                let shape = Shape(parameter.dimensions)
                tensors[parameter.name] = Tensor(
                    shape: shape,
                    values: (0..<shape.count).map { Float($0 % 7) }
                )
            }
            return tensors
        }

        /// Writes a file of `tensors` and tells its path.
        func write(_ tensors: [String: Tensor], as name: String = "model.safetensors") throws -> String {
            let path = folder.appendingPathComponent(name).path
            try SafetensorsWriter.write(tensors, to: path)
            return path
        }

        func load(_ path: String, channels: Int = 3, classes: Int) throws(WeightsError) -> LoadedWeights {
            try WeightsLoader.load(
                path: path,
                architecture: architecture,
                tag: architecture.defaultTag,
                options: options(channels: channels, classes: classes)
            )
        }
    }

    let files: Checkpoints

    init() throws {
        files = try Checkpoints("tinynet_e")
    }

    @Test func loadsEveryTensorAndTheDigest() throws {
        let tensors = try files.tensors(classes: 1000)
        let path = try files.write(tensors)
        let loaded = try files.load(path, classes: 1000)
        #expect(loaded.classCount == 1000)
        #expect(loaded.parameters.tensors.keys.sorted() == tensors.keys.sorted())
        let stem = "\(files.architecture.defaultTag.firstConvolutions[0]).weight"
        #expect(loaded.parameters[stem]?.floats == tensors[stem]?.floats)

        #expect(loaded.sha256 == FileDigest.sha256(of: try CheckpointFile.map(path: path)))
        let known = try WeightsLoader.read(
            path: path,
            architecture: files.architecture,
            tag: files.architecture.defaultTag,
            knownSHA256: "known"
        )
        #expect(known.sha256 == "known")
    }

    @Test func digestsAsFIPS180Says() {
        let storage = unsafe TensorStorage(byteCount: 3) { unsafe $0.copyBytes(from: "abc".utf8) }
        #expect(
            FileDigest.sha256(of: storage)
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
    }

    @Test(arguments: [1, 4, 13, 25]) func adaptsTheChannels(_ channels: Int) throws {
        let path = try files.write(try files.tensors(classes: 1000))
        let loaded = try files.load(path, channels: channels, classes: 1000)
        let stem = try #require(
            loaded.parameters["\(files.architecture.defaultTag.firstConvolutions[0]).weight"]
        )
        #expect(stem.shape[1] == channels)
    }

    @Test func readsTheClassesOfATunedCheckpoint() throws {
        let path = try files.write(try files.tensors(classes: 10))
        let source = try WeightsLoader.read(
            path: path,
            architecture: files.architecture,
            tag: files.architecture.defaultTag
        )
        #expect(source.weights.classCount == 10)
        #expect(try files.load(path, classes: 10).classCount == 10)
        let error = #expect(throws: WeightsError.self) { try files.load(path, classes: 1000) }
        #expect(error?.code == .classCount)
    }

    @Test func refusesACutFileAndOneThatIsNotThere() throws {
        let path = try files.write(try files.tensors(classes: 1000))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let cut = files.folder.appendingPathComponent("cut.safetensors")
        try bytes.dropLast(1).write(to: cut)
        let error = #expect(throws: WeightsError.self) { try files.load(cut.path, classes: 1000) }
        #expect(error?.code == .checkpoint)
        #expect((error?.cause as? CheckpointError)?.code == .truncated)
        #expect(
            error?.message.hasPrefix(
                "cannot read the weights of \(files.architecture.defaultTag.fullName) from \(cut.path): "
                    + "the safetensors file is cut short: "
            ) == true
        )

        let absent = #expect(throws: WeightsError.self) {
            try files.load("/nowhere/model.pth", classes: 1000)
        }
        #expect(absent?.code == .fileSystem)
        #expect(absent?.message.contains("cannot open the file: No such file or directory") == true)
    }

    @Test func refusesWeightsOfAnotherModel() throws {
        let other = try Checkpoints("tinynet_d")
        let path = try other.write(try other.tensors(classes: 1000))
        let error = #expect(throws: WeightsError.self) { try files.load(path, classes: 1000) }
        #expect(error?.code == .parameters)
        #expect(error?.message.contains("is it a checkpoint of another model?") == true)
    }
}
