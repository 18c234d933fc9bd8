import CPoison
import KernelInterface
import Testing

/// Under AddressSanitizer a kernel that reads beside its operands ends the program: were a kernel's build not
/// instrumented, all other tests would be clean for nothing.
@Suite(.enabled("only under AddressSanitizer") { apus_poison_is_enforced() })
struct GuardTests {
    @Test(arguments: Tables.all.map(\.instructionSet.rawValue), KernelID.linears.map(\.rawValue))
    func aReadBesideAnOperandEndsTheProgram(instructionSet: String, kernel: String) async {
        await #expect(processExitsWith: .failure) { [instructionSet, kernel] in
            Self.multiply(kernel, on: instructionSet, rowsOfInput: 4)
        }
        await #expect(processExitsWith: .success) { [instructionSet, kernel] in
            Self.multiply(kernel, on: instructionSet, rowsOfInput: 5)
        }
    }

    /// Multiplies five rows of 16 with a weight matrix, of which `input` holds so many.
    private static func multiply(_ kernel: String, on instructionSet: String, rowsOfInput: Int) {
        guard let id = KernelID(rawValue: kernel),
            let table = Tables.all.first(where: { $0.instructionSet.rawValue == instructionSet })
        else { return }
        let packing = id.linearPacking(outputs: 32, inputs: 16)
        let (weights, packed) = (GuardedFloats(count: 32 * 16), GuardedFloats(count: packing.floatCount))
        unsafe packing.pack(weights.source, into: packed.pointer, blocks: 0..<packing.blockCount)
        let (input, biases) = (GuardedFloats(count: rowsOfInput * 16), GuardedFloats(count: 32))
        let output = GuardedFloats(count: 5 * 32)
        let arguments = unsafe LinearArguments(
            rows: 5,
            inputs: 16,
            outputs: 32,
            input: input.source,
            weights: packed.source,
            bias: biases.source,
            output: output.pointer,
            activation: ActivationFunction(.identity)
        )
        KernelRun.run(table[id], arguments, output: output, context: "\(kernel) on \(instructionSet)")
        withExtendedLifetime((input, biases, packed)) {}
    }
}
