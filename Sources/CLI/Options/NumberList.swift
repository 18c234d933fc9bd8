import ArgumentParser

/// Numbers as timm's options take them, several words or one word with commas: `0.5 0.5 0.5`, `0.5,0.5,0.5`.
enum NumberList {
    /// The numbers in `words`, or nil where there are no words.
    ///
    /// - Throws: `ValidationError` for a word that is no number.
    static func parse<Number: LosslessStringConvertible>(
        _ words: [String],
        option: String,
        as type: Number.Type
    ) throws -> [Number]? {
        guard !words.isEmpty else { return nil }
        return try words.flatMap { $0.split(separator: ",") }.map { word in
            guard let number = Number(String(word)) else {
                throw ValidationError(
                    "\(option) takes numbers, as in \(option) 0.5,0.5,0.5; '\(word)' is none."
                )
            }
            return number
        }
    }
}
