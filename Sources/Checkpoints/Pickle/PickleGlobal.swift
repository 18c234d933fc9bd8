import Tensors

/// A class or function that a pickle may name.
///
/// This list is all there is: naming is looking up in it. Nothing is imported, and nothing can be called.
enum PickleGlobal: Sendable, Equatable {
    /// A function that makes a tensor of a storage.
    case rebuildTensor(RebuildFunction)
    /// `torch.nn.parameter.Parameter` and `torch.Tensor`: their one argument is the tensor itself.
    case tensorClass(String)
    /// A class of storages.
    case storageClass(String, StorageType)
    /// `torch.storage.UntypedStorage`: its length counts bytes.
    case untypedStorage
    /// A type by name, such as `torch.bfloat16`.
    case dtype(String, DType?)
    /// `collections.OrderedDict`, which is as good as a dict.
    case orderedDictionary
    /// `torch.Size`, which is as good as a tuple.
    case size
    /// A class or function that training checkpoints carry beside their tensors; it makes a placeholder.
    case placeholder(String)

    /// What a class of storages holds.
    struct StorageType: Sendable, Equatable {
        /// The type of the elements; nil where it is none of those that tensors can have here.
        var dtype: DType?
        /// Bytes of one element.
        var elementByteCount: Int

        /// Elements of a type that tensors can have here.
        init(_ dtype: DType) {
            self.dtype = dtype
            elementByteCount = dtype.byteCount
        }

        /// Elements of another type.
        init(_ dtype: DType?, _ elementByteCount: Int) {
            self.dtype = dtype
            self.elementByteCount = elementByteCount
        }
    }

    /// torch's functions that put a tensor together.
    enum RebuildFunction: String, Sendable {
        case tensor = "_rebuild_tensor"
        case tensorV2 = "_rebuild_tensor_v2"
        case tensorV3 = "_rebuild_tensor_v3"
        case parameter = "_rebuild_parameter"
        case parameterWithState = "_rebuild_parameter_with_state"
        case fromType = "_rebuild_from_type_v2"
    }

    /// The name as Python writes it.
    var name: String {
        switch self {
        case .rebuildTensor(.fromType): "torch._tensor._rebuild_from_type_v2"
        case .rebuildTensor(let function): "torch._utils.\(function.rawValue)"
        case .tensorClass(let name), .storageClass(let name, _), .dtype(let name, _), .placeholder(let name):
            name
        case .untypedStorage: "torch.storage.UntypedStorage"
        case .orderedDictionary: "collections.OrderedDict"
        case .size: "torch.Size"
        }
    }

    /// The types of torch by the names of their storages' classes; nil: a type that tensors cannot have here.
    private static let storageTypes: [String: StorageType] = [
        "DoubleStorage": StorageType(.float64), "FloatStorage": StorageType(.float32),
        "HalfStorage": StorageType(.float16), "BFloat16Storage": StorageType(.bfloat16),
        "LongStorage": StorageType(.int64), "IntStorage": StorageType(.int32),
        "ShortStorage": StorageType(.int16), "CharStorage": StorageType(.int8),
        "ByteStorage": StorageType(.uint8), "BoolStorage": StorageType(.bool),
        "ComplexFloatStorage": StorageType(nil, 8), "ComplexDoubleStorage": StorageType(nil, 16),
        "QInt8Storage": StorageType(nil, 1), "QUInt8Storage": StorageType(nil, 1),
        "QInt32Storage": StorageType(nil, 4), "QUInt4x2Storage": StorageType(nil, 1),
        "QUInt2x4Storage": StorageType(nil, 1),
    ]

    /// The types of torch by name; nil: a type that tensors cannot have here.
    private static let dtypes: [String: DType?] = [
        "float64": .float64, "double": .float64, "float32": .float32, "float": .float32,
        "float16": .float16, "half": .float16, "bfloat16": .bfloat16,
        "int64": .int64, "long": .int64, "int32": .int32, "int": .int32, "int16": .int16, "short": .int16,
        "int8": .int8, "uint8": .uint8, "uint16": .uint16, "uint32": .uint32, "uint64": .uint64,
        "bool": .bool,
        "complex32": nil, "complex64": nil, "complex128": nil,
        "float8_e4m3fn": nil, "float8_e4m3fnuz": nil, "float8_e5m2": nil, "float8_e5m2fnuz": nil,
        "float8_e8m0fnu": nil, "qint8": nil, "quint8": nil, "qint32": nil,
    ]

    /// What training scripts leave in their checkpoints beside tensors: options, counters, NumPy scalars, devices.
    private static let placeholders: Set<String> = [
        "argparse.Namespace", "collections.Counter", "collections.defaultdict", "collections.deque",
        "_codecs.encode", "copyreg._reconstructor", "copy_reg._reconstructor",
        "torch.device", "torch.serialization._get_layout",
        "numpy.dtype", "numpy.ndarray", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
        "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct",
        "numpy.dtypes.Float64DType", "numpy.dtypes.Float32DType", "numpy.dtypes.Int64DType",
        "pathlib.Path", "pathlib.PosixPath", "pathlib.PurePosixPath", "pathlib._local.PosixPath",
        "datetime.datetime", "datetime.timedelta",
    ]

    /// Names of builtins that hold plain data; the module is `builtins`, or `__builtin__` in Python 2.
    private static let builtins: Set<String> = [
        "object", "set", "frozenset", "dict", "list", "tuple", "int", "long", "float", "bool", "str",
        "unicode",
        "bytes", "bytearray", "complex", "slice", "range", "xrange",
    ]

    /// Looks up what a pickle calls `module` and `name`.
    ///
    /// - Throws: ``CheckpointError`` of code `refusedGlobal`, which names it.
    static func named(_ name: String, in module: String) throws(CheckpointError) -> PickleGlobal {
        let full = "\(module).\(name)"
        switch module {
        case "torch", "torch.cuda":
            if let type = storageTypes[name] { return .storageClass(full, type) }
            if name == "Size", module == "torch" { return .size }
            if name == "Tensor", module == "torch" { return .tensorClass(full) }
            if name == "UntypedStorage" { return .untypedStorage }
            if let dtype = dtypes[name], module == "torch" { return .dtype(full, dtype) }
        case "torch.storage":
            if name == "UntypedStorage" || name == "_UntypedStorage" { return .untypedStorage }
        case "torch._utils":
            if let function = RebuildFunction(rawValue: name), function != .fromType {
                return .rebuildTensor(function)
            }
        case "torch._tensor":
            if name == RebuildFunction.fromType.rawValue { return .rebuildTensor(.fromType) }
        case "torch.nn.parameter":
            if name == "Parameter" || name == "Buffer" { return .tensorClass(full) }
        case "collections":
            if name == "OrderedDict" { return .orderedDictionary }
        case "builtins", "__builtin__":
            if builtins.contains(name) { return .placeholder(full) }
        default: break
        }
        if placeholders.contains(full) { return .placeholder(full) }
        throw CheckpointError(
            code: .refusedGlobal,
            message:
                "the pickle asks for \(CheckpointError.quoted(full)), which is not in the list of what checkpoints "
                + "need; nothing was executed. Save the tensors alone: torch.save(model.state_dict(), ...)"
        )
    }
}
