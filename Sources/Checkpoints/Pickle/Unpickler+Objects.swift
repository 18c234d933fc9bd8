import Tensors

extension Unpickler {
    /// What calling `callable` with `arguments` stands for: a tensor's description, a container or a placeholder.
    ///
    /// Nothing is called.
    mutating func make(
        _ callable: PickleValue,
        arguments: PickleValue
    ) throws(CheckpointError) -> PickleValue {
        guard case .global(let global) = callable else { throw malformed("calls \(kind(of: callable))") }
        guard case .tuple(let items) = node(of: arguments) else {
            throw malformed("calls \(global.name) with \(kind(of: arguments)) for arguments")
        }
        switch global {
        case .rebuildTensor(.fromType):
            guard items.count >= 3, case .global(.rebuildTensor(let function)) = items[0],
                function != .fromType
            else { throw wrongArguments(of: global) }
            return try make(items[0], arguments: items[2])
        case .rebuildTensor(.parameter), .rebuildTensor(.parameterWithState):
            guard let first = items.first, case .tensor = node(of: first) else {
                throw wrongArguments(of: global)
            }
            return first
        case .rebuildTensor(let function): return try add(.tensor(try tensor(function, items)))
        case .tensorClass:
            guard let first = items.first, case .tensor = node(of: first) else {
                return try add(.opaque(global))
            }
            return first
        case .orderedDictionary:
            guard let pairs = items.first else { return try add(.dictionary([])) }
            return try dictionary(ofPairs: pairs)
        case .size:
            guard items.count == 1, let extents = self.items(of: items[0]) else {
                throw wrongArguments(of: global)
            }
            return try add(.tuple(extents))
        case .placeholder: return try add(.opaque(global))
        case .storageClass, .untypedStorage, .dtype: throw malformed("calls \(global.name)")
        }
    }

    /// The dictionary of a list of pairs: how Python 2 pickles an `OrderedDict`.
    private mutating func dictionary(ofPairs pairs: PickleValue) throws(CheckpointError) -> PickleValue {
        guard let pairs = items(of: pairs) else { throw wrongArguments(of: .orderedDictionary) }
        var entries: [(key: PickleValue, value: PickleValue)] = []
        for pair in pairs {
            guard let pair = items(of: pair), pair.count == 2 else {
                throw wrongArguments(of: .orderedDictionary)
            }
            entries.append((key: pair[0], value: pair[1]))
        }
        return try add(.dictionary(entries))
    }

    /// The tensor that one of torch's rebuild functions would make of `arguments`.
    ///
    /// Source: torch/_utils.py, `_rebuild_tensor`, `_rebuild_tensor_v2`, `_rebuild_tensor_v3`.
    private func tensor(
        _ function: PickleGlobal.RebuildFunction,
        _ arguments: [PickleValue]
    ) throws(CheckpointError) -> TensorDescription {
        let global = PickleGlobal.rebuildTensor(function)
        guard arguments.count >= (function == .tensor ? 4 : function == .tensorV2 ? 6 : 7),
            case .storage(let storage) = arguments[0],
            case .integer(let offset) = arguments[1],
            let dimensions = integers(of: arguments[2]),
            let strides = integers(of: arguments[3]),
            dimensions.count == strides.count
        else { throw wrongArguments(of: global) }
        var description = TensorDescription(
            storage: storage,
            dtype: storage.dtype,
            typeName: storage.className,
            offset: offset,
            dimensions: dimensions,
            strides: strides
        )
        if function == .tensorV3 {
            guard case .global(.dtype(let name, let dtype)) = arguments[6] else {
                throw wrongArguments(of: global)
            }
            description.dtype = dtype
            description.typeName = name
        }
        let flags = arguments.dropFirst(function == .tensorV3 ? 7 : 6).first
        if let flags, case .dictionary(let entries) = node(of: flags),
            entries.contains(where: { $0.value != .bool(false) })
        {
            throw CheckpointError(
                code: .unsupported,
                message: "\(cursor.subject) holds a tensor that is stored conjugated or negated; "
                    + "save it after resolve_conj() and resolve_neg()"
            )
        }
        return description
    }

    /// The storage that a persistent identity names: `("storage", class, key, location, count, window)`.
    ///
    /// Source: torch/serialization.py, `persistent_id` of `_save` and `_legacy_save`.
    func storage(_ identity: PickleValue) throws(CheckpointError) -> StorageReference {
        guard let items = items(of: identity), items.count >= 5, items[0].text == "storage",
            case .global(let global) = items[1], let key = storageKey(items[2]),
            case .integer(let count) = items[4], count >= 0
        else { throw malformed("refers to something outside it that is no storage") }
        var reference = StorageReference(
            key: key,
            className: global.name,
            dtype: nil,
            elementByteCount: 1,
            count: count
        )
        switch global {
        case .storageClass(_, let type):
            reference.dtype = type.dtype
            reference.elementByteCount = type.elementByteCount
        case .untypedStorage: break
        case .rebuildTensor, .tensorClass, .dtype, .orderedDictionary, .size, .placeholder:
            throw malformed("refers to a storage of the class \(global.name)")
        }
        if items.count > 5, items[5] != .none {
            guard let window = self.items(of: items[5]), window.count == 3,
                case .integer(let start) = window[1], start >= 0,
                case .integer(let length) = window[2], length >= 0, start <= count, length <= count - start
            else { throw malformed("refers to a part of a storage that does not lie in it") }
            reference.window = start..<start + length
        }
        return reference
    }

    /// A storage's key: a short text, or a number that is taken for one.
    func storageKey(_ value: PickleValue) -> String? {
        if case .integer(let number) = value { return String(number) }
        guard let text = value.text, text.utf8.count <= 64 else { return nil }
        return text
    }

    /// The integers of a tuple or list of at most 64 of them.
    private func integers(of value: PickleValue) -> [Int]? {
        guard let items = items(of: value), items.count <= 64 else { return nil }
        var integers: [Int] = []
        for item in items {
            guard case .integer(let integer) = item else { return nil }
            integers.append(integer)
        }
        return integers
    }

    private func wrongArguments(of global: PickleGlobal) -> CheckpointError {
        malformed("gives \(global.name) arguments that it does not take,")
    }
}
