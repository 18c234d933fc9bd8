// The counter replaces malloc, so it is a C target of its own.
#if canImport(CAllocationCount)
    import CAllocationCount
    import Engine
    import Graph
    import Synchronization
    import Testing

    @Suite(.enabled("AddressSanitizer has its own allocator") { apus_counts_allocations() })
    struct AllocationTests {
        @Test(arguments: [1, 3])
        func aRunAllocatesNothing(threads: Int) throws {
            let pool = try ThreadPool(count: threads)
            let run = try #require(
                NetCase.nets.first { $0.name == "mobile block with squeeze and excitation" }
            ).run()
            let model = try run.compile(
                maximumBatch: 8,
                threads: pool,
                caches: CacheSizes(level2: 1 << 14, level3: 1 << 16)
            )
            let pictures = run.pictures(8)
            let count = (model.outputShape(.features) ?? []).reduce(8, *)
            let output = UnsafeMutablePointer<Float>.allocate(capacity: count)
            defer { unsafe output.deallocate() }
            let outputs = unsafe [(OutputName.features, output)]
            unsafe pictures.withUnsafeBufferPointer { pictures in
                guard let input = pictures.baseAddress else { return }
                // The first run may make what the language makes once for all.
                unsafe model.run(batch: 8, input: input, outputs: outputs)
                let batches = [8, 1, 5, 8, 3]
                let tally = AllocationTally(pool)
                tally.read(.before)
                for batch in batches { unsafe model.run(batch: batch, input: input, outputs: outputs) }
                tally.read(.after)
                #expect(tally.differences == [Int](repeating: 0, count: threads))
            }
        }

        @Test func theCounterCounts() throws {
            let tally = AllocationTally(try ThreadPool(count: 2))
            // The first array of a kind may cost a record of its type as well.
            let first = [Float](repeating: 1, count: Int.random(in: 1000...1001))
            tally.read(.before)
            let block = [Float](repeating: 1, count: Int.random(in: 1000...1001))
            tally.read(.after)
            #expect(first.count >= 1000 && block.count >= 1000)
            #expect(tally.differences == [1, 0])
        }
    }

    /// How often each thread of a pool allocates between two readings, which allocate nothing themselves.
    @safe private final class AllocationTally {
        enum Reading: Int { case before, after }

        private let pool: ThreadPool
        private let job: UnsafeMutablePointer<Job>

        @safe struct Job {
            var counts: UnsafeMutablePointer<Int>
            var arrivals: UnsafeMutablePointer<Atomic<Int>>
            var threads: Int
        }

        init(_ pool: ThreadPool) {
            self.pool = pool
            unsafe job = .allocate(capacity: 1)
            let counts = UnsafeMutablePointer<Int>.allocate(capacity: 2 * pool.count)
            let arrivals = UnsafeMutablePointer<Atomic<Int>>.allocate(capacity: 1)
            unsafe counts.initialize(repeating: 0, count: 2 * pool.count)
            unsafe arrivals.initialize(to: Atomic(0))
            unsafe job.initialize(to: Job(counts: counts, arrivals: arrivals, threads: pool.count))
        }

        deinit {
            unsafe job.pointee.counts.deallocate()
            unsafe job.pointee.arrivals.deinitialize(count: 1)
            unsafe job.pointee.arrivals.deallocate()
            unsafe job.deallocate()
        }

        func read(_ reading: Reading) {
            var own = unsafe job.pointee
            unsafe own.counts += reading.rawValue * pool.count
            unsafe own.arrivals.pointee.store(0, ordering: .sequentiallyConsistent)
            unsafe pool.run(tasks: pool.count, context: &own) { context, _, _, thread in
                let job = unsafe context.assumingMemoryBound(to: Job.self).pointee
                unsafe job.counts[thread] = apus_thread_allocation_count()
                // One task a thread: nobody leaves before all have come.
                unsafe job.arrivals.pointee.add(1, ordering: .sequentiallyConsistent)
                while unsafe job.arrivals.pointee.load(ordering: .sequentiallyConsistent) < job.threads {}
            }
        }

        /// Allocations of each thread between the readings.
        var differences: [Int] {
            (0..<pool.count).map { unsafe job.pointee.counts[pool.count + $0] - job.pointee.counts[$0] }
        }
    }
#endif
