/// One component of a pattern, between slashes.
enum GlobComponent: Equatable {
    /// A name as it is.
    case literal([UInt8])
    /// A name with `*`, `?` or `[...]`.
    case pattern([UInt8])
    /// `**`: any number of folders, none included; hidden ones and links are not entered.
    case anyDepth

    /// The characters that make a pattern.
    static let marks = Array("*?[".utf8)

    /// The components of an absolute path.
    static func components(of path: FilePath) -> [GlobComponent] {
        path.bytes.split(separator: UInt8(ascii: "/")).map { component in
            if component.elementsEqual("**".utf8) { return .anyDepth }
            return component.contains { marks.contains($0) }
                ? .pattern(Array(component)) : .literal(Array(component))
        }
    }
}
