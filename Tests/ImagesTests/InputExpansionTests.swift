import Foundation
import Images
import Testing

/// A folder that is there for one test.
private struct Folder: ~Copyable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "apus-images-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func file(_ name: String, _ text: String = "") throws {
        let url = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: url)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
    }

    func expand(_ inputs: String..., standardInput: Int32 = 0) throws -> [String] {
        var expanded = InputExpansion.expand(inputs, workingDirectory: path, standardInput: standardInput)
        return try expanded.remaining().map { uri in
            uri.hasPrefix("file://\(path)/") ? String(uri.dropFirst("file://\(path)/".count)) : uri
        }
    }

    func error(_ inputs: String...) -> ImageError? {
        var expanded = InputExpansion.expand(inputs, workingDirectory: path)
        do {
            while try expanded.next() != nil {}
            return nil
        } catch {
            return error
        }
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            Issue.record(error)
        }
    }
}

@Suite struct InputExpansionTests {
    @Test func keepsURIsAndMakesPathsURIs() throws {
        let folder = try Folder()
        try folder.file("a b#1%.jpg")
        try folder.file("ä.png")
        let found = try folder.expand(
            "https://example.org/x.jpg?s=1#f",
            "file:///elsewhere/y.png",
            "s3://bucket/z",
            "./a b#1%.jpg",
            "ä.png"
        )
        #expect(
            found == [
                "https://example.org/x.jpg?s=1#f", "file:///elsewhere/y.png", "s3://bucket/z",
                "a%20b%231%25.jpg", "%C3%A4.png",
            ]
        )
    }

    @Test func foldersGiveTheirPicturesInOrder() throws {
        let folder = try Folder()
        for name in [
            "in/b.JPG", "in/a/2.png", "in/a/10.npy", "in/c.safetensors", "in/B.jpeg", "in/notes.txt",
        ] {
            try folder.file(name)
        }
        try folder.file("in/.hidden/x.jpg")
        try folder.file("in/.x.jpg")
        try folder.link("in/a/round", to: "..")
        #expect(
            try folder.expand("in") == [
                "in/B.jpeg", "in/a/10.npy", "in/a/2.png", "in/b.JPG", "in/c.safetensors",
            ]
        )
    }

    @Test func patternsMatchAsTheShellDoes() throws {
        let folder = try Folder()
        for name in ["x/1.jpg", "x/2.jpg", "x/3.png", "y/1.jpg", "x/deep/er/4.jpg", "x/.5.jpg", "[z].jpg"] {
            try folder.file(name)
        }
        #expect(try folder.expand("x/*.jpg") == ["x/1.jpg", "x/2.jpg"])
        #expect(try folder.expand("[xy]/1.jp?") == ["x/1.jpg", "y/1.jpg"])
        #expect(
            try folder.expand("**/*.jpg")
                == ["[z].jpg", "x/1.jpg", "x/2.jpg", "x/deep/er/4.jpg", "y/1.jpg"].map {
                    $0.replacing("[", with: "%5B").replacing("]", with: "%5D")
                }
        )
        #expect(try folder.expand("*/deep") == ["x/deep/er/4.jpg"])
        #expect(try folder.expand("[z].jpg") == ["%5Bz%5D.jpg"])
    }

    @Test func linesGiveEntriesThatNeedNotExist() throws {
        let folder = try Folder()
        try folder.file(
            "list.txt",
            "\u{FEFF}one.jpg\r\n\r\n  https://h/two.png \n/abs/three.npy#t\nsub/./four.jpg"
        )
        #expect(
            try folder.expand("list.txt", "list.txt").count == 8
        )
        #expect(
            try folder.expand("list.txt") == [
                "one.jpg", "https://h/two.png", "file:///abs/three.npy%23t", "sub/four.jpg",
            ]
        )
    }

    @Test func tablesFollowRFC4180() throws {
        let folder = try Folder()
        try folder.file(
            "table.csv",
            "label,\"FileName\",uri\r\n1,\"a,\"\"b\"\".jpg\",u\r\n\"x\ny\",c.jpg,v\n3,\"\",w\n"
        )
        #expect(try folder.expand("table.csv") == ["a,%22b%22.jpg", "c.jpg"])
        try folder.file("plain.csv", "a.jpg,1\nb.jpg,2")
        #expect(try folder.expand("plain.csv") == ["a.jpg", "b.jpg"])
        try folder.file("path.csv", "id;x,path\n1,https://h/p\n")
        #expect(try folder.expand("path.csv") == ["https://h/p"])
    }

    @Test func dashReadsStandardInput() throws {
        let folder = try Folder()
        try folder.file("input", "a.jpg\nfile:///b.png\n")
        let handle = try FileHandle(forReadingFrom: URL(filePath: "\(folder.path)/input"))
        #expect(
            try folder.expand("-", standardInput: handle.fileDescriptor) == ["a.jpg", "file:///b.png"]
        )
        try handle.close()
    }

    @Test func fragmentsNameTensors() throws {
        let folder = try Folder()
        try folder.file("x.safetensors")
        #expect(try folder.expand("x.safetensors#a b") == ["x.safetensors#a%20b"])
        #expect(ArrayInterpretation(uri: "file:///x.safetensors#a%20b%", channels: 4).tensorName == "a b%")
        #expect(ArrayInterpretation(uri: "file:///x.safetensors", channels: 4).tensorName == nil)
    }

    @Test func nothingFoundSaysWhatWasLookedFor() throws {
        let folder = try Folder()
        try folder.file("empty/notes.md")
        try folder.file("none.txt", "\n\n")
        try folder.file("header.csv", "filename,label\n")
        func check(_ input: String, _ words: String) {
            let error = folder.error(input)
            #expect(error?.code == .notFound, "\(input)")
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
        }
        check("missing.jpg", "no file or folder 'missing.jpg': looked for \(folder.path)/missing.jpg")
        check("empty", "files ending in .jpeg, .jpg, .jpe, .jfif, .npy, .png, .safetensors in and below")
        check("*.jpg", "files that match \(folder.path)/*.jpg")
        check("none.txt", "URIs or paths, one a line, in \(folder.path)/none.txt")
        check("header.csv", "in a column of \(folder.path)/header.csv")
    }

    @Test func whatComesBeforeAnErrorIsGiven() throws {
        let folder = try Folder()
        try folder.file("a.jpg")
        var expanded = InputExpansion.expand(["a.jpg", "b.jpg"], workingDirectory: folder.path)
        #expect(try expanded.next() == "file://\(folder.path)/a.jpg")
        #expect(throws: ImageError.self) { try expanded.next() }
    }

    @Test(arguments: [
        "filename\n\"open", "filename\n\"a\"b\n", "a,filename\n1\n",
        "filename\n" + String(repeating: "x", count: 1_100_000),
    ])
    func malformedTablesAreRefused(_ text: String) throws {
        let folder = try Folder()
        try folder.file("bad.csv", text)
        #expect(folder.error("bad.csv")?.code == .manifest)
    }
}
