import Engine
import Foundation
import TestSupport
import Testing

struct ProcessorAllowanceTests {
    @Test(
        arguments: [
            ("max 100000\n", nil), ("150000 100000\n", 1.5), ("200000 100000", 2), ("", nil), ("x y", nil),
            ("5 0", nil),
        ] as [(String, Double?)]
    )
    func quotaIsReadFromTheKernelsText(text: String, quota: Double?) {
        #expect(ProcessorAllowance.quota(fromText: text) == quota)
    }

    @Test func theTightestGroupOnTheWayToTheRootCounts() throws {
        let folder = try TemporaryFolder()
        let root = URL(filePath: folder.root)
        let leaf = root.appending(path: "outer/inner")
        try FileManager.default.createDirectory(at: leaf, withIntermediateDirectories: true)
        try "400000 100000\n".write(to: leaf.appending(path: "cpu.max"), atomically: true, encoding: .utf8)
        try "150000 100000\n".write(
            to: root.appending(path: "outer/cpu.max"),
            atomically: true,
            encoding: .utf8
        )
        let quota = ProcessorAllowance.controlGroupQuota(root: folder.root, membership: "0::/outer/inner\n")
        #expect(quota == 1.5)
        #expect(ProcessorAllowance.controlGroupQuota(root: folder.root, membership: "4:memory:/x\n") == nil)
    }

    @Test(
        arguments: [
            ("Name:\tx\nCpus_allowed:\tf\nCpus_allowed_list:\t0-3\n", 4),
            ("Cpus_allowed:\t00000001,80000003\n", 4),
            ("Cpus_allowed:\t0\n", nil), ("Name:\tx\n", nil),
        ] as [(String, Int?)]
    )
    func theMaskIsReadFromTheKernelsText(text: String, count: Int?) {
        #expect(ProcessorAllowance.processorCount(fromStatus: text) == count)
    }

    @Test(arguments: [(8, nil, 8), (8, 1.5, 2), (2, 4, 2), (4, 0.2, 1)] as [(Int, Double?, Int)])
    func threadsFollowMaskAndQuota(processors: Int, quota: Double?, threads: Int) {
        #expect(ProcessorAllowance(processorCount: processors, quota: quota).threadCount == threads)
    }

    @Test func theMachineHasAProcessor() {
        #expect(ProcessorAllowance.current().threadCount >= 1)
    }
}

struct CacheSizesTests {
    @Test(
        arguments: [("2048K\n", 2048 << 10), ("260M", 260 << 20), ("1G", 1 << 30), ("77", 77), ("K", nil)]
            as [(String, Int?)]
    )
    func sizesAreReadFromTheKernelsText(text: String, bytes: Int?) {
        #expect(CacheSizes.byteCount(fromText: text) == bytes)
    }

    @Test func theMachineHasCaches() {
        let caches = CacheSizes.current()
        #expect(caches.level2 >= 64 << 10)
        #expect(caches.level3 >= caches.level2 / 4)
    }
}
