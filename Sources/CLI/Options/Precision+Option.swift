import ArgumentParser
import KernelInterface

extension Precision {
    /// What `--precision` asks for: `fp32` or `bf16`, or the long names that rows have.
    ///
    /// - Throws: `ValidationError` for another name.
    init(option name: String) throws {
        guard let precision = Precision(parsing: name) else {
            let names = Precision.allCases.map(\.shortName).joined(separator: " or ")
            throw ValidationError("--precision takes \(names), not '\(name)'.")
        }
        self = precision
    }
}
