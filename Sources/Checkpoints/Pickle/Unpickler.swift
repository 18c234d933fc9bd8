/// A pickle machine that builds tensors' descriptions and plain containers, and can call nothing.
///
/// It knows the instructions of ``PickleOpcode`` and the names of ``PickleGlobal``; whatever else a pickle holds is an
/// error. Everything that it builds is bounded: by ``Limits``, and each text and number by the bytes that are there.
struct Unpickler {
    /// The most that a pickle may build.
    struct Limits: Sendable {
        /// Containers and objects.
        var nodes = 1 << 20
        /// Values on the stack, and marks.
        var stack = 1 << 20
        /// Values kept by number.
        var memo = 1 << 20
        /// Containers inside containers.
        var depth = 500
        /// Bytes of a module's or class's name.
        var nameByteCount = 1 << 10
    }

    /// Where the pickle is read; after ``run()``, behind it.
    private(set) var cursor: ByteCursor
    /// The containers that have been built.
    private(set) var nodes: [PickleNode] = []
    /// The storages that it refers to, by key.
    private(set) var storages: [String: StorageReference] = [:]
    private let limits: Limits
    /// For each node, how many levels of containers it is known to hold, itself included.
    private var depths: [Int] = []
    private var stack: [PickleValue] = []
    /// The heights of the stack at which marks are set.
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]

    /// Makes a machine that reads from `cursor`.
    init(_ cursor: ByteCursor, limits: Limits = Limits()) {
        self.cursor = cursor
        self.limits = limits
    }

    /// Runs one pickle, to its STOP, and tells its value.
    mutating func run() throws(CheckpointError) -> PickleValue {
        while true {
            let place = cursor.position
            let code = try cursor.byte()
            guard let opcode = PickleOpcode(rawValue: code) else {
                throw CheckpointError(
                    code: .unsupported,
                    message:
                        "\(cursor.subject) holds the instruction 0x\(String(code, radix: 16)) at byte \(place), "
                        + "which checkpoints of torch.save (pickle protocols 2 to 5) do not use"
                )
            }
            if opcode == .stop { return try pop() }
            try execute(opcode)
        }
    }

    /// Executes one instruction other than STOP.
    private mutating func execute(_ opcode: PickleOpcode) throws(CheckpointError) {
        switch opcode {
        case .stop: break
        case .proto:
            let version = try cursor.byte()
            guard (2...5).contains(version) else {
                throw CheckpointError(
                    code: .unsupported,
                    message: "\(cursor.subject) has the protocol \(version); expected 2 to 5"
                )
            }
        case .frame: _ = try checkedLength(try cursor.integer(UInt64.self))

        case .mark:
            guard marks.count < limits.stack else { throw exceeded("\(limits.stack) marks") }
            marks.append(stack.count)
        case .pop: if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
        case .popMark: _ = try popToMark()
        case .duplicate: try push(try top())

        case .none: try push(.none)
        case .newTrue: try push(.bool(true))
        case .newFalse: try push(.bool(false))
        case .binInt: try push(.integer(Int(try cursor.integer(Int32.self))))
        case .binInt1: try push(.integer(Int(try cursor.byte())))
        case .binInt2: try push(.integer(Int(try cursor.integer(UInt16.self))))
        case .long1: try push(Self.integer(try cursor.bytes(Int(try cursor.byte()))))
        case .long4: try push(Self.integer(try cursor.bytes(Int(try cursor.integer(Int32.self)))))
        case .binFloat:
            try push(.float(Double(bitPattern: try cursor.integer(UInt64.self).byteSwapped)))

        case .shortBinUnicode: try push(.string(try cursor.text(Int(try cursor.byte()))))
        case .binUnicode: try push(.string(try cursor.text(Int(try cursor.integer(UInt32.self)))))
        case .binUnicode8:
            try push(.string(try cursor.text(try checkedLength(try cursor.integer(UInt64.self)))))
        case .shortBinString, .shortBinBytes: try push(.bytes(try cursor.bytes(Int(try cursor.byte()))))
        case .binString: try push(.bytes(try cursor.bytes(Int(try cursor.integer(Int32.self)))))
        case .binBytes: try push(.bytes(try cursor.bytes(Int(try cursor.integer(UInt32.self)))))
        case .binBytes8, .byteArray8:
            try push(.bytes(try cursor.bytes(try checkedLength(try cursor.integer(UInt64.self)))))

        case .emptyTuple: try push(node: .tuple([]))
        case .tuple: try pushTuple(try popToMark())
        case .tuple1: try pushTuple(try pop(count: 1))
        case .tuple2: try pushTuple(try pop(count: 2))
        case .tuple3: try pushTuple(try pop(count: 3))
        case .emptyList: try push(node: .list([]))
        case .list:
            let items = try popToMark()
            try push(node: .list([]))
            try append(items)
        case .append: try append(try pop(count: 1))
        case .appends, .addItems: try append(try popToMark())
        case .emptyDictionary: try push(node: .dictionary([]))
        case .dictionary:
            let items = try popToMark()
            try push(node: .dictionary([]))
            try set(items)
        case .setItem: try set(try pop(count: 2))
        case .setItems: try set(try popToMark())
        case .emptySet: try push(node: .opaque(.placeholder("builtins.set")))
        case .frozenSet:
            _ = try popToMark()
            try push(node: .opaque(.placeholder("builtins.frozenset")))

        case .binGet: try push(try recall(Int(try cursor.byte())))
        case .longBinGet: try push(try recall(Int(try cursor.integer(UInt32.self))))
        case .binPut: try remember(at: Int(try cursor.byte()))
        case .longBinPut: try remember(at: Int(try cursor.integer(UInt32.self)))
        case .memoize: try remember(at: memo.count)

        case .global:
            let module = try cursor.line(limit: limits.nameByteCount)
            try push(.global(try .named(try cursor.line(limit: limits.nameByteCount), in: module)))
        case .stackGlobal:
            let names = try pop(count: 2)
            guard let module = names[0].text, let name = names[1].text else {
                throw malformed("names a class by \(names[0].kind) and \(names[1].kind)")
            }
            guard module.utf8.count + name.utf8.count <= 2 * limits.nameByteCount else {
                throw exceeded("\(limits.nameByteCount) bytes in a class's name")
            }
            try push(.global(try .named(name, in: module)))
        case .reduce, .newObject:
            let operands = try pop(count: 2)
            try push(try make(operands[0], arguments: operands[1]))
        case .newObjectEx:
            let operands = try pop(count: 3)
            try push(try make(operands[0], arguments: operands[1]))
        case .build: try build(try pop(count: 1)[0])
        case .binPersistentID: try push(.storage(try refer(to: try storage(try pop()))))
        }
    }
}

// MARK: - Stack, memo and nodes

extension Unpickler {
    /// The items of the tuple or list `value`, or nil where it is neither.
    func items(of value: PickleValue) -> [PickleValue]? {
        guard case .node(let index) = value else { return nil }
        switch nodes[index] {
        case .tuple(let items), .list(let items): return items
        case .dictionary, .tensor, .opaque: return nil
        }
    }

    /// The node that `value` is the place of, or nil where it is a small thing itself.
    func node(of value: PickleValue) -> PickleNode? {
        guard case .node(let index) = value else { return nil }
        return nodes[index]
    }

    /// What kind of thing `value` is, as Python calls it.
    func kind(of value: PickleValue) -> String { node(of: value)?.kind ?? value.kind }

    /// Puts `value` on the stack.
    private mutating func push(_ value: PickleValue) throws(CheckpointError) {
        guard stack.count < limits.stack else { throw exceeded("\(limits.stack) values on the stack") }
        stack.append(value)
    }

    /// Keeps `node` and tells its place.
    mutating func add(_ node: PickleNode, depth: Int = 1) throws(CheckpointError) -> PickleValue {
        guard nodes.count < limits.nodes else { throw exceeded("\(limits.nodes) containers") }
        guard depth <= limits.depth else { throw exceeded("\(limits.depth) levels of containers") }
        nodes.append(node)
        depths.append(depth)
        return .node(nodes.count - 1)
    }

    private mutating func push(node: PickleNode) throws(CheckpointError) { try push(try add(node)) }

    private mutating func pushTuple(_ items: [PickleValue]) throws(CheckpointError) {
        try push(try add(.tuple(items), depth: depth(above: items)))
    }

    /// The levels of a container that holds `items`.
    private func depth(above items: [PickleValue]) -> Int {
        var deepest = 0
        for case .node(let index) in items { deepest = max(deepest, depths[index]) }
        return deepest + 1
    }

    /// Takes the top value off the stack.
    private mutating func pop() throws(CheckpointError) -> PickleValue { try pop(count: 1)[0] }

    /// Takes `count` values off the stack, the lowest first.
    private mutating func pop(count: Int) throws(CheckpointError) -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else {
            throw malformed("takes a value from an empty stack")
        }
        defer { stack.removeLast(count) }
        return [PickleValue](stack.suffix(count))
    }

    /// Takes all values above the last mark, and the mark, off the stack.
    private mutating func popToMark() throws(CheckpointError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw malformed("looks for a mark that was not set") }
        defer { stack.removeLast(stack.count - mark) }
        return [PickleValue](stack[mark...])
    }

    /// The top value of the stack.
    private func top() throws(CheckpointError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.last else {
            throw malformed("looks at the top of an empty stack")
        }
        return value
    }

    /// The node on the top of the stack, as the target of `action`.
    private func target(of action: String) throws(CheckpointError) -> Int {
        let value = try top()
        guard case .node(let index) = value else { throw malformed("\(action) \(value.kind)") }
        return index
    }

    private mutating func deepen(_ index: Int, by items: [PickleValue]) throws(CheckpointError) {
        depths[index] = max(depths[index], depth(above: items))
        guard depths[index] <= limits.depth else { throw exceeded("\(limits.depth) levels of containers") }
    }

    /// Appends to the list on the top of the stack; what an opaque object is given is dropped.
    private mutating func append(_ items: [PickleValue]) throws(CheckpointError) {
        let index = try target(of: "appends to")
        try deepen(index, by: items)
        switch nodes[index] {
        case .list(var list):
            nodes[index] = .list([])
            list += items
            nodes[index] = .list(list)
        case .opaque: break
        case .tuple, .dictionary, .tensor: throw malformed("appends to \(nodes[index].kind)")
        }
    }

    /// Sets keys and values of the dictionary on the top of the stack; what an opaque object is given is dropped.
    private mutating func set(_ items: [PickleValue]) throws(CheckpointError) {
        let index = try target(of: "sets an item of")
        guard items.count.isMultiple(of: 2) else { throw malformed("gives a dict a key without a value") }
        try deepen(index, by: items)
        switch nodes[index] {
        case .dictionary(var entries):
            nodes[index] = .dictionary([])
            for place in stride(from: 0, to: items.count, by: 2) {
                entries.append((key: items[place], value: items[place + 1]))
            }
            nodes[index] = .dictionary(entries)
        case .opaque: break
        case .tuple, .list, .tensor: throw malformed("sets an item of \(nodes[index].kind)")
        }
    }

    /// Gives the object on the top of the stack its attributes: they mean nothing here and are dropped.
    private mutating func build(_ state: PickleValue) throws(CheckpointError) {
        let index = try target(of: "gives attributes to")
        switch nodes[index] {
        case .dictionary, .tensor, .opaque: break
        case .tuple, .list: throw malformed("gives attributes to \(nodes[index].kind)")
        }
    }

    /// Keeps the storage that a persistent identity named.
    private mutating func refer(to storage: StorageReference) throws(CheckpointError) -> StorageReference {
        let byteCount = storage.count.multipliedReportingOverflow(by: storage.elementByteCount)
        guard !byteCount.overflow else { throw malformed("refers to a storage larger than any file") }
        guard let known = storages[storage.key] else {
            storages[storage.key] = storage
            return storage
        }
        guard known.count * known.elementByteCount == byteCount.partialValue else {
            throw malformed(
                "declares the storage \(CheckpointError.quoted(storage.key)) as \(known.count) elements of "
                    + "\(known.className) and as \(storage.count) of \(storage.className)"
            )
        }
        return storage
    }

    private func recall(_ key: Int) throws(CheckpointError) -> PickleValue {
        guard let value = memo[key] else {
            throw malformed("recalls the value \(key), which it did not store")
        }
        return value
    }

    private mutating func remember(at key: Int) throws(CheckpointError) {
        memo[key] = try top()
        guard memo.count <= limits.memo else { throw exceeded("\(limits.memo) stored values") }
    }

    /// `length` as an `Int`, where so much is left.
    private func checkedLength(_ length: UInt64) throws(CheckpointError) -> Int {
        guard length <= UInt64(cursor.remaining) else {
            throw CheckpointError(
                code: .truncated,
                message: "\(cursor.subject) declares \(length) bytes at byte \(cursor.position), "
                    + "\(cursor.remaining) are left"
            )
        }
        return Int(length)
    }

    /// The integer of little-endian two's complement `bytes`.
    private static func integer(_ bytes: [UInt8]) -> PickleValue {
        guard bytes.count <= 8 else { return .bigInteger(bytes) }
        var value = Int(bytes.last.map { $0 >= 0x80 } == true ? -1 : 0)
        for byte in bytes.reversed() { value = value << 8 | Int(byte) }
        return .integer(value)
    }

    /// The error of a pickle that does what none does.
    func malformed(_ what: String) -> CheckpointError {
        CheckpointError(code: .malformed, message: "\(cursor.subject) \(what) before byte \(cursor.position)")
    }

    /// The error of a pickle that builds more than any checkpoint.
    func exceeded(_ what: String) -> CheckpointError {
        CheckpointError(
            code: .limitExceeded,
            message: "\(cursor.subject) builds more than \(what) before byte \(cursor.position)"
        )
    }
}
