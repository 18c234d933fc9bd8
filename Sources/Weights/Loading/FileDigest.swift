import Crypto
package import Tensors

/// The digest by which weights are known.
package enum FileDigest {
    /// The SHA-256 of `storage`, in lower-case hexadecimal.
    ///
    /// A mapped file is read through the page cache as the digest goes on; nothing is copied.
    package static func sha256(of storage: TensorStorage) -> String {
        var digest = SHA256()
        unsafe storage.withUnsafeBytes { unsafe digest.update(bufferPointer: $0) }
        return digest.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0\(digits)" : digits
        }.joined()
    }
}
