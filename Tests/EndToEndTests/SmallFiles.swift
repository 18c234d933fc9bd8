import Foundation

/// Writes small PNG pictures without compression.
enum TinyPNG {
    /// An RGB picture, 8 bits a sample, whose pixels follow from `seed`.
    static func encode(width: Int, height: Int, seed: Int) -> [UInt8] {
        var raw: [UInt8] = []
        var state = UInt32(truncatingIfNeeded: seed &* 2_654_435_761 &+ 1)
        for _ in 0..<height {
            raw.append(0)
            for _ in 0..<width * 3 {
                state = state &* 1_664_525 &+ 1_013_904_223
                raw.append(UInt8(truncatingIfNeeded: state >> 24))
            }
        }
        var header = bigEndian(UInt32(width)) + bigEndian(UInt32(height))
        header += [8, 2, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", header) + chunk("IDAT", stored(raw)) + chunk("IEND", [])
    }

    /// A zlib stream of one stored block (RFC 1950, RFC 1951), at most 65,535 bytes.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        precondition(bytes.count < 65_536, "one stored block")
        let count = UInt16(bytes.count)
        var low: UInt32 = 1
        var high: UInt32 = 0
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return [
            0x78, 0x01, 0x01, UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8),
        ]
            + bytes + bigEndian(high << 16 | low)
    }

    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + data
        return bigEndian(UInt32(data.count)) + body + bigEndian(crc(body))
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
        return ~value
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
    }
}

/// Writes arrays in NumPy's format, version 1.0.
enum NumpyFile {
    /// Float32 values, row-major, little-endian.
    static func encode(shape: [Int], values: [Float]) -> Data {
        let extents = shape.map(String.init).joined(separator: ", ")
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents),), }"
        while (10 + header.utf8.count + 1) % 64 != 0 { header += " " }
        header += "\n"
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
        bytes += [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)]
        bytes += Array(header.utf8)
        for value in values {
            let bits = value.bitPattern
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
            }
        }
        return Data(bytes)
    }
}
