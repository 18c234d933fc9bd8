import TestSupport
import Testing
import Transfer

/// What errors say about URLs with secrets.
@Suite struct RedactionTests {
    @Test(arguments: [
        ("https://user:pass@host/a/b?X-Sig=abc&k=v#frag", "https://host/a/b?X-Sig=…&k=…"),
        ("https://host/a", "https://host/a"),
        ("https://us@er:p@host/a@b?flag", "https://host/a@b?…"),
        ("HTTP://host?secret", "HTTP://host?…"),
        ("/plain/path?x=y", "/plain/path?x=y"),
    ])
    func hidesUserAndQuery(text: String, expected: String) {
        #expect(WebAddress.redact(text) == expected)
    }

    @Test func errorsHoldNoSecrets() async throws {
        let server = try LocalServer { request in
            switch request.path {
            case "/404": LocalResponse(status: 404)
            case "/redirect": .redirect(to: "ftp://me:secretpass@h/x?sig=secretsig")
            case "/loop": .redirect(to: "/loop?sig=secretsig")
            default: LocalResponse(body: [1, 2, 3])
            }
        }
        defer { server.stop() }
        var policy = TransferPolicy()
        policy.maximumByteCount = 2
        let transfer = try Transfer(policy: policy, userAgent: "apus-tests/1")
        let place = "me:secretpass@127.0.0.1"
        let uris = [
            "http://\(place):\(server.port)/404?sig=secretsig",
            "http://\(place):\(server.port)/redirect?sig=secretsig",
            "http://\(place):\(server.port)/loop?sig=secretsig",
            "http://\(place):\(server.port)/big?sig=secretsig",
            "http://\(place):1/?sig=secretsig", "http://\(place):99999/?sig=secretsig",
            "s3://me:secretpass@h/?sig=secretsig", "http://me:secretpass@10.0.0.1.invalid/?sig=secretsig",
            "file://me:secretpass@h/?sig=secretsig",
        ]
        for uri in uris {
            do throws(TransferError) {
                _ = try await transfer.bytes(of: uri, headers: ["Authorization": "Bearer secrettoken"])
                Issue.record("\(uri) must fail")
            } catch {
                #expect(!"\(error)".contains("secret"), "\(error)")
            }
        }
    }
}
