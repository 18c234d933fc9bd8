import Engine
import Foundation
import Graph
import Tensors
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Weights that are views of a mapped file, as a checkpoint's are.
@Suite struct MappedWeightsTests {
    @Test("After compiling nothing of the file is resident, and the answers are those of weights in memory")
    func theFileIsLetGo() throws {
        let run = try ModelRun(channels: 32, height: 8, width: 8) { builder throws(GraphError) in
            var value = builder.input
            for index in 0..<3 {
                let convolution = Convolution(outputChannels: 256, kernel: 3, padding: Edges(1))
                value = try builder.scope("layer\(index)") { () throws(GraphError) in
                    try builder.convolution(value, convolution, hasBias: true)
                }
            }
            builder.output(.features, value)
        }
        let folder = try TemporaryFolder()
        let mapped = try MappedFile(run.parameters, path: folder.path("weights"))
        // Some pages were read before, as by the passes that fold batch norms.
        #expect(mapped.parameters.tensors.values.map { $0.floats.count }.reduce(0, +) > 1 << 20)
        #expect(try mapped.residentByteCount() > 1 << 20)

        let threads = try ThreadPool(count: 2)
        let options = CompileOptions(maximumBatch: 2, outputs: run.outputs)
        let model = try CompiledModel(
            graph: run.graph,
            parameters: mapped.parameters,
            options: options,
            threads: threads
        )
        #expect(try mapped.residentByteCount() == 0)

        let inMemory = try run.compile(maximumBatch: 2, threads: threads)
        let results = [model, inMemory].map {
            $0.results(batch: 2, pictures: run.pictures(2), names: run.outputs)
        }
        #expect(results[0][.features]?.contains { $0 != 0 } == true)
        #expect(results[0] == results[1])
        // What was let go is still there to be read.
        for (name, tensor) in run.parameters.tensors {
            #expect(mapped.parameters[name]?.floats == tensor.floats)
        }
    }
}

/// Tensors one after another in a file, mapped; it starts with some bytes so that no tensor starts with a page.
private struct MappedFile {
    let parameters: ParameterStore
    private let storage: TensorStorage

    init(_ source: ParameterStore, path: String) throws {
        var bytes = [UInt8](repeating: 0, count: 24)
        var places: [String: Int] = [:]
        for (name, tensor) in source.tensors.sorted(by: { $0.key < $1.key }) {
            places[name] = bytes.count
            unsafe tensor.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let descriptor = unsafe open(path, O_RDONLY)
        defer { close(descriptor) }
        let base = unsafe mmap(nil, bytes.count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        #expect(unsafe base != MAP_FAILED)
        storage = unsafe TensorStorage(unmapping: UnsafeRawBufferPointer(start: base, count: bytes.count))
        var tensors: [String: Tensor] = [:]
        for (name, place) in places {
            let shape = try #require(source[name]).shape
            tensors[name] = Tensor(dtype: .float32, shape: shape, storage: storage, byteOffset: place)
        }
        parameters = ParameterStore(tensors)
    }

    /// Bytes of the mapping that are in memory: its entry in /proc/self/smaps.
    func residentByteCount() throws -> Int {
        let start = unsafe storage.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        // A file that says it is empty: only a handle reads it to its end.
        let handle = try #require(FileHandle(forReadingAtPath: "/proc/self/smaps"))
        let text = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
        let lines = text.split(separator: "\n")
        let first = try #require(lines.firstIndex { $0.hasPrefix("\(String(start, radix: 16))-") })
        let line = try #require(lines[first...].first { $0.hasPrefix("Rss:") })
        return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) }) * 1024
    }
}
