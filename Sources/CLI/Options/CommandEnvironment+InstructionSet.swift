import KernelInterface

extension CommandEnvironment {
    /// The kernels that `APUS_ISA` asks for; nil where it is not set.
    ///
    /// - Throws: ``CommandError`` for a name that is not known or an instruction set that this processor lacks.
    func instructionSet() throws -> InstructionSet? {
        guard let name = self["APUS_ISA"] else { return nil }
        guard let instructionSet = InstructionSet(parsing: name) else {
            let names = InstructionSet.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandError("APUS_ISA=\(name) is not known; one of \(names) is expected.", status: .usage)
        }
        guard instructionSet.isSupported else {
            throw CommandError(
                "APUS_ISA=\(name), but this processor runs \(InstructionSet.best) at most. "
                    + "Unset APUS_ISA to take the best."
            )
        }
        return instructionSet
    }
}
