/// How far an IP address reaches: what decides whether a request may go there.
package enum NetworkScope: String, Sendable, Equatable {
    /// Anywhere on the internet.
    case global
    /// This machine.
    case loopback
    /// A private network, or a range with a special purpose that no public server has.
    case `private`
    /// The local link: cloud machines serve their credentials there.
    case linkLocal

    /// The scope of an address of 4 or 16 bytes in network order.
    ///
    /// IPv6 addresses that carry an IPv4 address (mapped, translated, 6to4) are judged by it.
    /// Sources: the IANA special-purpose address registries, RFC 6890.
    package init(address: [UInt8]) {
        self = address.count == 4 ? Self.scope(ofIPv4: address) : Self.scope(ofIPv6: address)
    }

    private static func scope(ofIPv4 address: [UInt8]) -> NetworkScope {
        switch (address[0], address[1], address[2]) {
        case (0, _, _), (127, _, _): .loopback  // Linux connects 0.0.0.0 to this machine.
        case (169, 254, _): .linkLocal
        case (10, _, _), (172, 16...31, _), (192, 168, _), (100, 64...127, _): .private
        case (192, 0, 0), (192, 0, 2), (198, 18...19, _), (198, 51, 100), (203, 0, 113): .private
        case (224...255, _, _): .private
        default: .global
        }
    }

    private static func scope(ofIPv6 address: [UInt8]) -> NetworkScope {
        precondition(address.count == 16, "an IPv6 address has 16 bytes")
        let leading = address.prefix(12)
        if leading.allSatisfy({ $0 == 0 }) {
            // The unspecified address, ::1, and the old compatible form ::a.b.c.d.
            return address[12...14].allSatisfy { $0 == 0 } ? .loopback : scope(ofIPv4: Array(address[12...]))
        }
        if leading.prefix(10).allSatisfy({ $0 == 0 }), address[10] == 0xFF, address[11] == 0xFF {
            return scope(ofIPv4: Array(address[12...]))
        }
        if Array(leading) == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] {
            return scope(ofIPv4: Array(address[12...]))
        }
        if address[0] == 0x20, address[1] == 0x02 { return scope(ofIPv4: Array(address[2..<6])) }
        if address[0] == 0xFE, address[1] & 0xC0 == 0x80 { return .linkLocal }
        if address[0] & 0xE0 == 0x20 { return .global }
        return .private
    }
}
