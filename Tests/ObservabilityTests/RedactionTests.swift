import Testing

@testable import Observability

@Suite struct RedactionTests {
    @Test(arguments: [
        ("nothing to hide", "nothing to hide"),
        ("Authorization: Bearer abc.def-123~x==, then", "Authorization: Bearer ***, then"),
        ("BEARER abc", "BEARER ***"),
        ("the bearer of this", "the bearer *** this"),
        ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln was refused", "token *** was refused"),
        ("token eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0. was refused", "token *** was refused"),
        ("https://user:pass@host/path failed", "https://***@host/path failed"),
        ("mail to ada@example.com", "mail to ada@example.com"),
    ])
    func texts(_ text: String, _ redacted: String) { #expect(Redaction.text(text) == redacted) }

    @Test(arguments: ["Authorization", "cookie", "client_secret", "token"])
    func names(_ name: String) {
        #expect(Redaction.value("anything", of: name) == "***")
        #expect(Redaction.value("anything", of: name + "s") == "anything")
    }
}
