/// timm's order of model names and its wildcards.
///
/// Source: timm/models/_registry.py, `_natural_key` and `_expand_filter`; Python's `fnmatch`.
enum NameOrder {
    /// Whether `left` stands before `right`: runs of digits compare as numbers, the rest as lower-case text.
    static func precedes(_ left: String, _ right: String) -> Bool {
        let (a, b) = (parts(left), parts(right))
        for (x, y) in zip(a, b) where x != y {
            switch (x, y) {
            case (.number(let m), .number(let n)): return m < n
            case (.text(let m), .text(let n)): return m.utf8.lexicographicallyPrecedes(n.utf8)
            // Python's split alternates text and number from an empty text on, so kinds meet their kind.
            case (.text, .number): return true
            case (.number, .text): return false
            }
        }
        return a.count < b.count
    }

    private enum Part: Equatable { case text(String), number(Int) }

    private static func parts(_ name: String) -> [Part] {
        var parts: [Part] = []
        var text = ""
        var digits = ""
        func closeText() {
            parts.append(.text(text))
            text = ""
        }
        for character in name.lowercased() {
            if character.isASCII, character.isNumber {
                if digits.isEmpty { closeText() }
                digits.append(character)
                continue
            }
            if !digits.isEmpty {
                parts.append(.number(Int(digits) ?? .max))
                digits = ""
            }
            text.append(character)
        }
        if !digits.isEmpty { parts.append(.number(Int(digits) ?? .max)) }
        closeText()
        return parts
    }

    /// The filters that timm makes of one: a filter that names no tag matches every tag.
    static func expanded(_ glob: String) -> [String] {
        glob.contains(".") && !glob.hasSuffix(".") ? [glob] : [glob + ".*", glob]
    }

    /// Whether all of `name` matches `glob`: `*` any text, `?` one character, `[abc]`, `[a-z]`, `[!abc]`.
    static func matches(_ name: String, glob: String) -> Bool {
        let (name, glob) = (Array(name), Array(glob))
        var (position, pattern) = (0, 0)
        var star: (pattern: Int, position: Int)?
        while position < name.count {
            if pattern < glob.count, glob[pattern] == "*" {
                star = (pattern, position)
                pattern += 1
            } else if pattern < glob.count, let next = step(glob, pattern, name[position]) {
                pattern = next
                position += 1
            } else if let last = star {
                star = (last.pattern, last.position + 1)
                pattern = last.pattern + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        while pattern < glob.count, glob[pattern] == "*" { pattern += 1 }
        return pattern == glob.count
    }

    /// Where the pattern goes on if the element at `pattern` takes `character`.
    private static func step(_ glob: [Character], _ pattern: Int, _ character: Character) -> Int? {
        switch glob[pattern] {
        case "?": return pattern + 1
        case "[":
            var index = pattern + 1
            let isNegated = index < glob.count && glob[index] == "!"
            if isNegated { index += 1 }
            let first = index
            var isMember = false
            while index < glob.count, glob[index] != "]" || index == first {
                if index + 2 < glob.count, glob[index + 1] == "-", glob[index + 2] != "]" {
                    isMember =
                        isMember || (glob[index]...max(glob[index], glob[index + 2])).contains(character)
                    index += 3
                } else {
                    isMember = isMember || glob[index] == character
                    index += 1
                }
            }
            // A bracket that nothing closes stands for itself.
            guard index < glob.count else { return character == "[" ? pattern + 1 : nil }
            return isMember != isNegated ? index + 1 : nil
        default: return glob[pattern] == character ? pattern + 1 : nil
        }
    }
}
