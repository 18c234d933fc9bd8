/// A value on the pickle machine's stack: a small thing itself, or the place of a container among the machine's nodes.
///
/// Containers are reached by place, not held, so that neither cycles nor deep nesting cost a recursion anywhere. The larger cases
/// are indirect, so that a value takes 24 bytes however many a hostile pickle makes.
enum PickleValue: Sendable, Equatable {
    case none
    case bool(Bool)
    case integer(Int)
    /// An integer of more than 64 bits: little-endian two's complement.
    case bigInteger([UInt8])
    case float(Double)
    case string(String)
    case bytes([UInt8])
    indirect case global(PickleGlobal)
    indirect case storage(StorageReference)
    case node(Int)

    /// The text of a string, or of bytes in which Python 2 kept ASCII text.
    var text: String? {
        switch self {
        case .string(let text): text
        case .bytes(let bytes) where bytes.allSatisfy({ $0 < 0x80 }): String(validating: bytes, as: UTF8.self)
        case .none, .bool, .integer, .bigInteger, .float, .bytes, .global, .storage, .node: nil
        }
    }

    /// What kind of value it is, as Python calls it: for messages.
    var kind: String {
        switch self {
        case .none: "None"
        case .bool: "a bool"
        case .integer, .bigInteger: "an int"
        case .float: "a float"
        case .string: "a str"
        case .bytes: "bytes"
        case .global(let global): "the class or function \(global.name)"
        case .storage: "a storage"
        case .node: "a container"
        }
    }
}

/// A container or an object that a pickle builds.
enum PickleNode: Sendable {
    case tuple([PickleValue])
    case list([PickleValue])
    case dictionary([(key: PickleValue, value: PickleValue)])
    indirect case tensor(TensorDescription)
    /// Something of a class that is let through but means nothing here: its arguments and state are not kept.
    indirect case opaque(PickleGlobal)

    /// What kind of node it is, as Python calls it: for messages.
    var kind: String {
        switch self {
        case .tuple: "a tuple"
        case .list: "a list"
        case .dictionary: "a dict"
        case .tensor: "a tensor"
        case .opaque(let global): "an object of \(global.name)"
        }
    }
}
