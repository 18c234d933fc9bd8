extension ArrayInterpretation {
    /// The interpretation for the array at `uri`, whose fragment (`#name`, percent-encoded) names a tensor.
    ///
    /// `channels` is the number of channels that the model takes, where known.
    public init(uri: String, channels: Int?) {
        self.init(channels: channels)
        guard let mark = uri.utf8.lastIndex(of: UInt8(ascii: "#")) else { return }
        let fragment = Array(uri.utf8[uri.utf8.index(after: mark)...])
        var name: [UInt8] = []
        var index = 0
        while index < fragment.count {
            let digits = fragment[min(index + 1, fragment.count)..<min(index + 3, fragment.count)]
            if fragment[index] == UInt8(ascii: "%"), digits.count == 2,
                let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                name.append(byte)
                index += 3
            } else {
                name.append(fragment[index])
                index += 1
            }
        }
        if !name.isEmpty { tensorName = String(decoding: name, as: UTF8.self) }
    }
}
