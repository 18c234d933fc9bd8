import Testing

@Suite("Arguments")
struct ArgumentTests {
    @Test(
        "Wrong usage: exit status 64, the reason on stderr, nothing on stdout",
        arguments: [
            (["run"], "model"),
            (["run", "resnet34"], "picture"),
            (["run", "resnet34", "x.png", "--no-such-option"], "no-such-option"),
            (["run", "resnet34", "x.png", "--output-type", "poem"], "prob, logit, embedding or features"),
            (["run", "resnet34", "x.png", "--output-uri", "/tmp"], "--output-uri"),
            (["run", "resnet34", "x.png", "--topk", "0"], "--topk 0"),
            (["run", "resnet34", "x.png", "-b", "0"], "--batch-size 0"),
            (["run", "resnet34", "x.png", "--in-chans", "0"], "--in-chans 0"),
            (["run", "resnet34", "x.png", "--mean", "half"], "--mean"),
            (["run", "resnet34", "x.png", "--input-size", "3", "224"], "--input-size"),
            (
                ["run", "resnet34", "x.png", "--input-size", "3", "224", "224", "--in-chans", "4"],
                "--in-chans 4"
            ),
            (["run", "resnet34", "x.png", "--preprocess", "torch"], "timm or none"),
            (["run", "resnet34", "x.png", "--precision", "int4"], "fp32 or bf16, not 'int4'"),
            (["submit", "resnet34", "x.png", "--precision", "bfloat"], "fp32 or bf16, not 'bfloat'"),
            (["bench", "resnet34", "--precision", "half"], "fp32 or bf16, not 'half'"),
            (["run", "resnet34", "x.png", "--label-type", "poem"], "description, name, detail or none"),
            (["run", "resnet34", "x.png", "--threads", "0"], "--threads 0"),
            (["run", "resnet43", "x.png"], "resnet34"),
            (["model", "resnet43"], "resnet34"),
            (["status", "first"], "first"),
            (["status", "--watch"], "--watch"),
            (["results", "0"], "0"),
            (["work", "--lease", "0"], "--lease 0"),
            (["bench", "resnet18", "--threads", "0"], "--threads 0"),
            (["bench", "resnet18", "--kernels", "--layers"], "--kernels"),
            (["bench", "resnet18", "--threads", "1000", "--pin-threads"], "leave --pin-threads out"),
        ] as [([String], String)]
    )
    func wrongUsage(arguments: [String], reason: String) throws {
        let command = try Command(arguments)
        #expect(command.status == 64, "\(command.errors)")
        #expect(command.errors.contains(reason), "\(command.errors)")
        #expect(command.output.isEmpty)
    }

    @Test("A picture that is nowhere: exit status 1 and its name")
    func missingPicture() throws {
        let command = try Command(["run", "resnet34", "/nonexistent/x.png"])
        #expect(command.status == 1)
        #expect(command.errors.contains("/nonexistent/x.png"))
    }

    @Test("A NUMA node that is not there: exit status 1 and those that are")
    func missingNode() throws {
        for command in [["bench", "resnet18"], ["run", "resnet34", "/proc/version"], ["work"]] {
            let command = try Command(command + ["--numa-node", "4000"])
            #expect(command.status == 1, "\(command.errors)")
            #expect(command.errors.contains("no NUMA node 4000"), "\(command.errors)")
            #expect(command.output.isEmpty)
        }
    }

    @Test("A forced instruction set that is unknown: exit status 64")
    func unknownInstructionSet() throws {
        let command = try Command(["run", "resnet34", "/proc/version"], environment: ["APUS_ISA": "mmx"])
        #expect(command.status == 64)
        #expect(command.errors.contains("baseline, avx2, avx512, avx512bf16"))
    }

    @Test("A database out of reach: exit status 69 without the password")
    func unreachableDatabase() throws {
        let url = "postgresql://me:secret@127.0.0.1:1/none"
        for arguments in [["status"], ["status", "--database-url", url], ["results", "1"]] {
            let command = try Command(arguments, environment: ["DATABASE_URL": url])
            #expect(command.status == 69, "\(command.errors)")
            #expect(!command.errors.contains("secret"))
        }
    }

    @Test("The version")
    func version() throws {
        let command = try Command(["--version"])
        #expect(command.status == 0)
        #expect(command.output == "0.1.0\n")
    }
}
