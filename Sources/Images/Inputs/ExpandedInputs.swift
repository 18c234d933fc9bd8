/// The URIs that inputs expand to, found while they are asked for.
public struct ExpandedInputs: ~Copyable {
    /// What is still to be expanded; the last comes next.
    private enum Source {
        /// A path to be treated as if it had been named.
        case path(FilePath)
        /// A file that is a picture.
        case file(FilePath)
        /// A folder, and the identities of the folders above it, against links that lead round.
        case folder(FilePath, above: [FileIdentity])
        /// What is below `folder` and matches `components`.
        case pattern(folder: FilePath, components: ArraySlice<GlobComponent>)
        case manifest(ManifestReader)
    }

    private var inputs: ArraySlice<String>
    private let workingDirectory: FilePath
    private let standardInput: Int32
    private var pending: [Source] = []
    /// What is being expanded, and whether it has given anything.
    private var current: (name: String, lookedFor: String, hasGiven: Bool)?

    init(_ inputs: [String], workingDirectory: String, standardInput: Int32) {
        self.inputs = inputs[...]
        self.workingDirectory = FilePath(workingDirectory)
        self.standardInput = standardInput
    }

    /// The next URI, or nil at the end.
    ///
    /// - Throws: `notFound` where an input is nowhere or expands to nothing, `manifest` where a manifest cannot be
    ///   read or is malformed.
    public mutating func next() throws(ImageError) -> String? {
        while true {
            while let source = pending.popLast() {
                guard let uri = try expand(source) else { continue }
                current?.hasGiven = true
                return uri
            }
            if let current, !current.hasGiven {
                throw ImageError(
                    code: .notFound,
                    message: "'\(current.name)' gives no picture: looked for \(current.lookedFor)"
                )
            }
            current = nil
            guard let input = inputs.popFirst() else { return nil }
            if let uri = try begin(input) { return uri }
        }
    }

    /// All remaining URIs.
    ///
    /// - Throws: as ``next()`` does.
    public mutating func remaining() throws(ImageError) -> [String] {
        var uris: [String] = []
        while let uri = try next() { uris.append(uri) }
        return uris
    }

    /// Begins with an input; gives it where it is a URI already.
    private mutating func begin(_ input: String) throws(ImageError) -> String? {
        if FilePath.hasScheme(input) { return input }
        if input == "-" {
            current = (input, "URIs or paths, one a line, on standard input", false)
            let reader = ManifestReader(
                descriptor: standardInput,
                isOwned: false,
                name: "standard input",
                kind: .lines
            )
            pending.append(.manifest(reader))
            return nil
        }
        let path = FilePath(input).absolute(in: workingDirectory)
        if let kind = path.status?.kind {
            current = (input, lookedFor(at: path, kind), false)
            pending.append(.path(path))
        } else if let fragment = try tensorURI(path) {
            return fragment
        } else if path.hasPattern {
            current = (input, "files that match \(path)", false)
            pending.append(
                .pattern(folder: FilePath("/"), components: GlobComponent.components(of: path)[...])
            )
        } else {
            throw ImageError(
                code: .notFound,
                message: "no file or folder '\(input)': looked for \(path)"
            )
        }
        return nil
    }

    /// What is looked for at a path that is there.
    private func lookedFor(at path: FilePath, _ kind: FileStatus.Kind) -> String {
        switch (kind, ManifestReader.Kind(fileExtension: path.fileExtension)) {
        case (.folder, _):
            let endings = InputExpansion.pictureExtensions.map { ".\($0)" }.joined(separator: ", ")
            return "files ending in \(endings) in and below \(path)"
        case (.file, .lines): return "URIs or paths, one a line, in \(path)"
        case (.file, .table): return "URIs or paths in a column of \(path)"
        case (.file, nil), (.other, _): return "\(path)"
        }
    }

    /// The URI of `FILE#NAME` where the file is there.
    private func tensorURI(_ path: FilePath) throws(ImageError) -> String? {
        guard let (file, fragment) = path.splitFragment(), file.status?.kind == .file else { return nil }
        return file.uri + "#" + FilePath.percentEncoded(fragment)
    }

    /// Expands one source: gives a URI, or puts what it consists of in its place.
    private mutating func expand(_ source: Source) throws(ImageError) -> String? {
        switch source {
        case .file(let path): return path.uri
        case .path(let path):
            switch path.status?.kind {
            case .folder: pending.append(.folder(path, above: []))
            case .file:
                guard let kind = ManifestReader.Kind(fileExtension: path.fileExtension) else {
                    return path.uri
                }
                pending.append(.manifest(try ManifestReader(opening: path, kind: kind)))
            case .other, nil: return path.uri
            }
        case .folder(let path, let above):
            guard let identity = path.status?.identity, !above.contains(identity) else { return nil }
            let children = try path.children()
            for child in children.reversed() where !child.isHidden {
                switch child.status?.kind {
                case .folder: pending.append(.folder(child, above: above + [identity]))
                case .file where InputExpansion.pictureExtensions.contains(child.fileExtension):
                    pending.append(.file(child))
                case .file, .other, nil: continue
                }
            }
        case .pattern(let folder, let components): try match(components, in: folder)
        case .manifest(let reader):
            guard let line = try reader.next() else { return nil }
            pending.append(source)
            return FilePath.hasScheme(line) ? line : FilePath(line).absolute(in: workingDirectory).uri
        }
        return nil
    }

    /// Puts what matches the first of `components` in place of the pattern.
    private mutating func match(
        _ components: ArraySlice<GlobComponent>,
        in folder: FilePath
    ) throws(ImageError) {
        guard let component = components.first else {
            pending.append(.path(folder))
            return
        }
        let rest = components.dropFirst()
        switch component {
        case .literal(let name):
            let child = folder.appending(name)
            if child.status != nil { pending.append(.pattern(folder: child, components: rest)) }
        case .pattern(let pattern):
            guard folder.status?.kind == .folder else { return }
            for child in try folder.children().reversed() where child.matches(pattern) {
                pending.append(.pattern(folder: child, components: rest))
            }
        case .anyDepth:
            guard folder.status?.kind == .folder else { return }
            for child in try folder.children().reversed()
            where !child.isHidden && child.isPlainFolder {
                pending.append(.pattern(folder: child, components: components))
            }
            pending.append(.pattern(folder: folder, components: rest))
        }
    }
}
