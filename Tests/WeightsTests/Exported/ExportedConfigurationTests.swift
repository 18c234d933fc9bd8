import ModelZoo
import Tensors
import Testing
import Weights

@Suite("The config.json of an exported model")
struct ExportedConfigurationTests {
    @Test("Everything that timm writes is read")
    func whole() throws {
        let read = try ExportedText.read(Array(ExportedText.whole.utf8))
        var tag = PretrainedTag(architecture: "test_resnet")
        tag.tag = "mine"
        tag.isPretrained = true
        tag.inputSize = [3, 96, 128]
        tag.testInputSize = [3, 160, 160]
        tag.interpolation = .bilinear
        tag.cropFraction = 0.9
        tag.testCropFraction = 1
        tag.cropMode = .squash
        tag.mean = [0.4, 0.5, 0.6]
        tag.standardDeviation = [0.2, 0.3, 0.4]
        tag.classCount = 3
        tag.firstConvolutions = ["conv1.0"]
        tag.classifiers = ["fc"]
        tag.license = "mit"
        #expect(read.tag == tag)
        #expect(read.labels?.names == [0: "ant", 1: "bee", 2: "wasp"])
        #expect(read.labels?.descriptions["wasp"] == "Vespidae")
        #expect(read.builtSize == nil)
        #expect(read.sha256.count == 64)
    }

    @Test(
        "What is left out is the default of timm's PretrainedCfg, whatever the registry says of the architecture"
    )
    func defaults() throws {
        for text in [
            #"{"architecture": "test_resnet"}"#, #"{"architecture": "test_resnet", "pretrained_cfg": {}}"#,
        ] {
            var tag = PretrainedTag(architecture: "test_resnet")
            tag.isPretrained = true
            #expect(try ExportedText.read(Array(text.utf8)).tag == tag)
        }
    }

    @Test("A flat file of an older timm")
    func flat() throws {
        let text = """
            {"architecture": "resnet18", "num_classes": 2, "num_features": 512, "mean": [0.5, 0.5, 0.5],
             "first_conv": "conv1", "classifier": ["fc"], "labels": ["cat", "dog"]}
            """
        let read = try ExportedText.read(Array(text.utf8))
        #expect(read.tag.classCount == 2)
        #expect(read.tag.mean == [0.5, 0.5, 0.5])
        #expect(read.tag.classifiers == ["fc"])
        #expect(read.labels?.names == [0: "cat", 1: "dog"])
    }

    @Test("The root's num_classes and labels win over those of pretrained_cfg")
    func rootWins() throws {
        var read = try ExportedText.read(ExportedText.changed("pretrained_cfg.num_classes", to: "1000"))
        #expect(read.tag.classCount == 3)
        read = try ExportedText.read(
            ExportedText.changed("pretrained_cfg.label_names", to: #"["x", "y", "z"]"#)
        )
        #expect(read.labels?.names[0] == "ant")
    }

    @Test("An older name and a tag behind the name lead to the architecture")
    func architectureNames() throws {
        for (name, expected) in [("test_resnet.r160_in1k", "test_resnet"), ("tv_resnet34", "resnet34")] {
            let bytes = try ExportedText.changed("architecture", to: "\"\(name)\"")
            #expect(try ExportedText.read(bytes).tag.architecture == expected)
        }
    }

    @Test("model_args decide the channels, and the size where that is fixed")
    func arguments() throws {
        var read = try ExportedText.read(ExportedText.changed("model_args.in_chans", to: "4"))
        #expect(read.tag.inputSize == [4, 96, 128])
        #expect(read.tag.testInputSize == [4, 160, 160])
        read = try ExportedText.read(ExportedText.changed("model_args.img_size", to: "[64, 80]"))
        #expect(read.tag.inputSize == [3, 96, 128])
        #expect(read.builtSize == [64, 80])
        let fixed = String(
            decoding: try ExportedText.changed("pretrained_cfg.fixed_input_size", to: "true"),
            as: UTF8.self
        )
        read = try ExportedText.read(ExportedText.changed("model_args.img_size", to: "64", in: fixed))
        #expect(read.tag.inputSize == [3, 64, 64])
        _ = try ExportedText.read(ExportedText.changed("model_args.drop_path_rate", to: "0.1"))
        _ = try ExportedText.read(ExportedText.changed("model_args.dynamic_img_size", to: "true"))
    }

    @Test("Names by class may have gaps, which timm calls unmapped")
    func sparseLabels() throws {
        let bytes = try ExportedText.changed("label_names", to: #"{"0": "ant", "2": "wasp"}"#)
        let labels = try #require(try ExportedText.read(bytes).labels)
        #expect(labels.isSparse)
        let texts = (0..<3).map { ClassLabels.exported(labels).label(at: $0)?.text }
        #expect(texts == ["Formicidae", "<unmapped:1>", "Vespidae"])
    }

    @Test(
        "A value of the wrong type is an error that names the file, the member and what is expected",
        arguments: [
            ("architecture", "7", "a string"), ("architecture", "null", "'architecture' is missing"),
            ("architecture", #""resnet43""#, "resnet34"), ("num_classes", #""3""#, "whole number"),
            ("num_classes", "-1", "whole number"), ("num_classes", "3.5", "whole number"),
            ("label_names", "3", "a list of strings"), ("label_names", "[1, 2, 3]", "a list of strings"),
            ("label_names", "[]", "a list of strings"), ("label_names", #"{"x": "ant"}"#, "label_names.x"),
            ("label_names", #"{"0": 1}"#, "label_names.0"), ("label_descriptions", "[]", "an object"),
            ("label_descriptions", #"{"ant": "a"}"#, "lacks 'bee'"),
            ("label_descriptions.ant", "1", "a string"),
            ("model_args", "[]", "an object"), ("pretrained_cfg", "[]", "an object"),
            ("pretrained_cfg.tag", "1", "a string"),
            ("pretrained_cfg.input_size", "224", "three whole numbers"),
            ("pretrained_cfg.input_size", "[3, 224]", "three whole numbers"),
            ("pretrained_cfg.input_size", "[3, 224, 0]", "three whole numbers"),
            ("pretrained_cfg.input_size", "[3, 224, 224.5]", "three whole numbers"),
            ("pretrained_cfg.test_input_size", "true", "three whole numbers"),
            ("pretrained_cfg.min_input_size", "{}", "three whole numbers"),
            ("pretrained_cfg.interpolation", #""sinc""#, "bicubic"),
            ("pretrained_cfg.interpolation", "2", "a string"),
            ("pretrained_cfg.crop_pct", #""0.9""#, "a number above 0"),
            ("pretrained_cfg.crop_pct", "-1", "a number above 0"),
            ("pretrained_cfg.test_crop_pct", "[]", "a number above 0"),
            ("pretrained_cfg.crop_mode", #""zoom""#, "squash"),
            ("pretrained_cfg.mean", #"["a"]"#, "a list of numbers"), ("pretrained_cfg.mean", "[]", "a list"),
            ("pretrained_cfg.std", "[0.1, 0, 0.2]", "above 0"),
            ("pretrained_cfg.std", "true", "a list of numbers"),
            ("pretrained_cfg.num_classes", "[]", "whole number"),
            ("pretrained_cfg.first_conv", "3", "a string or a list of strings"),
            ("pretrained_cfg.classifier", "[1]", "a string or a list of strings"),
            ("pretrained_cfg.fixed_input_size", "1", "true or false"),
            ("pretrained_cfg.license", "[]", "a string"),
            ("pretrained_cfg.label_offset", "1", "label_offset"),
            ("pretrained_cfg.hf_hub_filename", #""../x.bin""#, "hf_hub_filename"),
            ("pretrained_cfg.crop_pc", "0.9", "'crop_pc'"),
            ("model_args.num_classes", "7", "they must agree"), ("model_args.in_chans", "0", "whole number"),
            ("model_args.img_size", "[1, 2, 3]", "height and width"),
            ("model_args.global_pool", #""max""#, "global_pool"),
            ("model_args.act_layer", #""gelu""#, "model_args.act_layer"),
            ("model_args.use_naflex", "true", "use_naflex"),
        ]
    )
    func wrongTypes(path: String, value: String, words: String) throws {
        let bytes = try ExportedText.changed(path, to: value)
        let error = #expect(throws: WeightsError.self) { try ExportedText.read(bytes) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("here/config.json") == true)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
    }

    @Test(
        "A file that is no configuration of timm's says so",
        arguments: [
            ("", "no JSON"), ("[1]", "an object is expected"), ("{\"architecture\":", "no JSON"),
            ("{}", "missing"),
            (#"{"architectures": ["ViTForImageClassification"]}"#, "another library's"),
        ]
    )
    func notTimms(text: String, words: String) throws {
        let error = #expect(throws: WeightsError.self) { try ExportedText.read(Array(text.utf8)) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
    }
}
