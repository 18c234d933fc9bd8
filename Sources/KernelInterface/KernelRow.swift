/// A kernel's entry point: it does tasks `begin..<end` of those that ``KernelRow/taskCount(_:)`` counts.
///
/// `arguments` points to the kernel's argument structure, `scratch` to ``KernelRow/scratchFloats(_:)`` floats,
/// aligned to 64 bytes, that no other thread uses during the call; their content does not matter before and
/// after. Tasks write disjoint parts of the output and may run in any order and on any thread; however
/// `[0, taskCount)` is split, the result has the same bits. A kernel allocates nothing, locks nothing, throws nothing.
public typealias KernelEntry =
    @convention(c) (
        _ arguments: UnsafeRawPointer, _ begin: Int, _ end: Int, _ scratch: UnsafeMutablePointer<Float>
    ) -> Void

/// One kernel of an instruction set.
///
/// `@safe`: holding the entry point is safe; calling it with raw addresses is what is unsafe.
@safe public struct KernelRow: Sendable {
    /// Which kernel.
    public let id: KernelID
    /// The instruction set that ``entry`` is built for.
    public let instructionSet: InstructionSet
    /// The code.
    public nonisolated(unsafe) let entry: KernelEntry

    /// The name for reports: `convolution.dense.avx512`.
    public var name: String { "\(id.rawValue).\(instructionSet)" }

    /// Makes a row.
    init(id: KernelID, instructionSet: InstructionSet, entry: KernelEntry) {
        self.id = id
        self.instructionSet = instructionSet
        unsafe self.entry = entry
    }
}

/// The kernels of one instruction set; every table has the same rows.
///
/// A row may be built for a weaker instruction set where a stronger one has nothing to give.
///
/// `@safe`: as of ``KernelRow``.
@safe public struct KernelTable: Sendable, CustomStringConvertible {
    /// What the kernels are built for.
    ///
    /// They may be called only where ``InstructionSet/isSupported``.
    public let instructionSet: InstructionSet
    /// All kernels, in the order of ``KernelID``.
    public let rows: [KernelRow]
    /// Multiply-adds of registers alone, which serve no model: what they reach is the peak that kernels are measured by.
    ///
    /// Arguments: ``MultiplyAddArguments``; scratch memory: 16 floats; any number of tasks.
    public nonisolated(unsafe) let multiplyAdds: KernelEntry
    private let indices: [KernelID: Int]

    /// Makes the table of the module whose function `entry` gives the code of each kernel.
    ///
    /// Called by the kernel modules only.
    public init(
        instructionSet: InstructionSet,
        multiplyAdds: @escaping KernelEntry,
        entry: (KernelID) -> KernelEntry
    ) {
        self.instructionSet = instructionSet
        unsafe self.multiplyAdds = multiplyAdds
        rows = KernelID.allCases.map { id in
            unsafe KernelRow(id: id, instructionSet: instructionSet, entry: entry(id))
        }
        var indices: [KernelID: Int] = [:]
        for (index, id) in KernelID.allCases.enumerated() { indices[id] = index }
        self.indices = indices
    }

    /// Makes the table of a stronger instruction set: the rows of `base` but for the kernels that `entry` gives code of.
    ///
    /// Called by the kernel modules only.
    public init(instructionSet: InstructionSet, over base: KernelTable, entry: (KernelID) -> KernelEntry?) {
        self.instructionSet = instructionSet
        unsafe multiplyAdds = base.multiplyAdds
        rows = base.rows.map { row in
            guard let entry = unsafe entry(row.id) else { return row }
            return unsafe KernelRow(id: row.id, instructionSet: instructionSet, entry: entry)
        }
        indices = base.indices
    }

    /// Makes the table of an instruction set that chooses among the same code by other rules.
    public init(instructionSet: InstructionSet, over base: KernelTable) {
        self.instructionSet = instructionSet
        unsafe multiplyAdds = base.multiplyAdds
        rows = base.rows
        indices = base.indices
    }

    /// The name of the instruction set.
    public var description: String { instructionSet.description }

    /// The row of a kernel.
    public subscript(id: KernelID) -> KernelRow {
        guard let index = indices[id] else { preconditionFailure("every table has all kernels") }
        return rows[index]
    }

    /// The kernel that serves a convolution best: the first row that accepts it and is worthwhile.
    ///
    /// The choice depends on the shape, the instruction set and the precision alone, never on batch or threads, since
    /// kernels may round differently. Every shape with a blocked input has one; a plain input of several groups has
    /// none (block it first).
    public func convolution(
        for shape: ConvolutionShape,
        precision: Precision = .float32
    ) -> KernelRow? {
        for id in KernelID.convolutions(precision) where id.accepts(shape) && id.isWorthwhile(shape) {
            guard instructionSet.hasFreeAdditions || id != .convolutionFastInnerProduct else { continue }
            return self[id]
        }
        return nil
    }

    /// The kernel that serves `rows` rows of a picture times a weight matrix best.
    ///
    /// As of ``convolution(for:precision:)``, the choice depends on these numbers and the instruction set alone.
    public func linear(rows: Int, inputs: Int, outputs: Int, precision: Precision = .float32) -> KernelRow {
        if precision == .bfloat16 && rows >= LinearPlan.fewestRoundedRows { return self[.linearBFloat16] }
        let isFast = FastInnerProduct.isWorthwhile(rows: rows, inputs: inputs, outputs: outputs)
        return self[instructionSet.hasFreeAdditions && isFast ? .linearFastInnerProduct : .linear]
    }
}
