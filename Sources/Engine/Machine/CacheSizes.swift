/// The processor's caches, by which the schedule decides how many pictures go through the layers together.
public struct CacheSizes: Sendable, Hashable {
    /// Bytes of a core's own second-level cache.
    public var level2: Int
    /// Bytes of the last-level cache that the cores share.
    public var level3: Int

    /// Makes sizes.
    public init(level2: Int, level3: Int) {
        self.level2 = level2
        self.level3 = level3
    }

    /// What the system reports for its first processor; 1 MiB and 16 MiB where it says nothing.
    public static func current() -> CacheSizes {
        var sizes = CacheSizes(level2: 1 << 20, level3: 0)
        for index in 0..<8 {
            let folder = "/sys/devices/system/cpu/cpu0/cache/index\(index)"
            guard let level = SystemFile.text("\(folder)/level"),
                let size = SystemFile.text("\(folder)/size"),
                let kind = SystemFile.text("\(folder)/type"), !kind.hasPrefix("Instruction"),
                let bytes = byteCount(fromText: size)
            else { continue }
            switch level.first {
            case "2": sizes.level2 = bytes
            case "3": sizes.level3 = bytes
            default: continue
            }
        }
        if sizes.level3 == 0 { sizes.level3 = max(16 << 20, sizes.level2) }
        return sizes
    }

    /// Bytes in the kernel's way of writing them: `2048K`, `260M`.
    package static func byteCount(fromText text: String) -> Int? {
        let digits = text.prefix { $0.isNumber }
        guard let number = Int(digits) else { return nil }
        switch text.dropFirst(digits.count).first {
        case "K": return number << 10
        case "M": return number << 20
        case "G": return number << 30
        default: return number
        }
    }
}
