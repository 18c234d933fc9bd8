import Engine
import Foundation
import Graph
import KernelInterface
import ModelZoo
import TestSupport
let args = CommandLine.arguments
let name = args[1], batch = Int(args[2])!, threads = Int(args[3])!
let side = args.count > 4 ? Int(args[4])! : 224
let l2 = args.count > 5 ? Int(args[5])! : 0
let arch = try ModelRegistry.architecture(named: name)
let graph = try arch.graph(BuildOptions(inputChannels: 3, height: side, width: side, classCount: 1000))
let store = GeneratedTensor.parameters(graph.parameters, exponents: [])
let pool = try ThreadPool(count: threads)
var o = CompileOptions(maximumBatch: batch)
if l2 > 0 { o.caches = CacheSizes(level2: l2 << 10, level3: 1 << 28) }
let model = try CompiledModel(graph: graph, parameters: store, options: o, threads: pool)
print(model.report.passes.map { "\($0.name) \($0.duration)" }, "arena MB", model.report.arenaByteCount >> 20, "weights", model.report.weightByteCount >> 20)
let pics = GeneratedTensor.pictures(batch: batch, channels: 3, height: side, width: side)
let out = UnsafeMutablePointer<Float>.allocate(capacity: batch * 1000)
var best = Double.infinity; var all: [Double] = []; var cpus: [Double] = []
for _ in 0..<12 {
    let t = ContinuousClock.now
    var c0 = timespec(); clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &c0)
    unsafe pics.withUnsafeBufferPointer { unsafe model.run(batch: batch, input: $0.baseAddress!, outputs: [(.logits, out)]) }
    var h: UInt64 = 7
    for i in 0..<batch*1000 { h = h &* 31 &+ UInt64(unsafe out[i].bitPattern) }
    let d = Double((ContinuousClock.now - t).components.attoseconds) / 1e15
    all.append(d); var c1 = timespec(); clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &c1); let cpu = Double(c1.tv_sec - c0.tv_sec) * 1e3 + Double(c1.tv_nsec - c0.tv_nsec) / 1e6; cpus.append(cpu);  best = min(best, d)
}
all.sort(); cpus.sort(); print("cpu ms min \(cpus[0]) median \(cpus[cpus.count/2]) max \(cpus.last!) GF/s of cpu \(2 * Double(model.report.multiplyAccumulates) * Double(batch) / cpus[cpus.count/2] / 1e6)")
print("\(name) batch \(batch) threads \(threads): best \(best) ms median \(all[all.count/2]) ms; \(Double(batch) / best * 1000) pictures/s; GFLOP/s \(2 * Double(model.report.multiplyAccumulates) * Double(batch) / best / 1e6)")
if args.count > 6 {
    var times = [Double](repeating: 1e9, count: model.report.steps.count)
    for _ in 0..<5 {
        let t = unsafe pics.withUnsafeBufferPointer { unsafe model.runTimed(batch: batch, input: $0.baseAddress!, outputs: [(.logits, out)]) }
        for i in t.indices { times[i] = min(times[i], Double(t[i].components.attoseconds) / 1e12) }
    }
    for (i, s) in model.report.steps.enumerated() {
        print(String(format: "%8.1f us %6.1f GF/s p%2d %@ %@ %@ %@", times[i], 2 * Double(s.multiplyAccumulates * batch) / times[i] / 1e3, s.picturesPerPass, s.path, s.operation, s.kernel, "\(s.inputShapes)->\(s.outputShape)"))
    }
}
