/// Turns what a person names (files, folders, patterns, manifests, URIs) into an ordered list of URIs.
///
/// - A text with a scheme (`file://`, `https://`, ...) is kept as it is, whatever it points to.
/// - `-` is a manifest on standard input, one URI or path a line.
/// - A file whose name ends in `.txt` is a manifest of that kind; one in `.csv` a table (RFC 4180): the column
///   called `filename`, `uri` or `path` (the first of them that there is, in any case of letters); where no column is
///   called so, the first column of every record, the first record included.
/// - A folder gives the files below it that have one of ``pictureExtensions``, in the order of their names' bytes,
///   folders in their place; names that begin with a dot are passed over, links are followed.
/// - A pattern that is not itself a file is matched by the rules of the shell (`*`, `?`, `[...]`, and `**` for any
///   depth of folders); each match, in order, is then treated as if it had been named.
/// - `FILE.safetensors#NAME` names one tensor of a file.
///
/// Paths become `file` URIs; relative ones, in manifests too, are relative to the caller's working directory. What a
/// manifest names is not looked for: it may be on another machine.
public enum InputExpansion {
    /// The endings, in lower case, by which a folder's files are taken.
    public static let pictureExtensions = ["jpeg", "jpg", "jpe", "jfif", "npy", "png", "safetensors"]

    /// Expands `inputs` lazily, in their order.
    ///
    /// - Parameters:
    ///   - inputs: what the person named.
    ///   - workingDirectory: an absolute path.
    ///   - standardInput: the descriptor that `-` reads; it is not closed.
    /// - Returns: the URIs, one for each call of ``ExpandedInputs/next()``.
    public static func expand(
        _ inputs: [String],
        workingDirectory: String,
        standardInput: Int32 = 0
    ) -> ExpandedInputs {
        ExpandedInputs(inputs, workingDirectory: workingDirectory, standardInput: standardInput)
    }
}
