import Foundation
import Support
import Testing

/// Commands that write bundles, and others that read what they wrote.
@Suite(.ownThread) struct BundleCommandTests {
    private static let files = [
        "b/.manifest": "{\"revision\": \"r0\", \"roots\": [\"p\"]}", "b/sub/p.rego": "package p\n\nx := data.p.y", "b/data.json": "{\"p\": {\"y\": 1}}",
    ]

    @Test func aBuiltBundleIsRead() throws {
        let folder = try TemporaryFolder(files: Self.files)
        #expect(try Command.verdict(["build", "-b", "b", "-r", "r1", "-o", "out.tar.gz"], in: folder.url).code == 0)
        let names = try Command.shell("tar tzf out.tar.gz | sort", in: folder.url).output
        #expect(names == "/.manifest\n/data.json\n/sub/p.rego\n")
        let manifest = try Command.shell("tar xzOf out.tar.gz /.manifest", in: folder.url).output
        #expect(manifest == "{\"rego_version\":1,\"revision\":\"r1\",\"roots\":[\"p\"]}")
        #expect(try Command.verdict(["eval", "-f", "raw", "-b", "out.tar.gz", "data.p.x"], in: folder.url).output == "1\n")
        #expect(try Command.verdict(["eval", "-f", "raw", "-d", "out.tar.gz", "data.p.x"], in: folder.url).output == "1\n")
        // The same input gives the same bytes.
        #expect(try Command.verdict(["build", "-b", "b", "-r", "r1", "-o", "again.tar.gz"], in: folder.url).code == 0)
        #expect(try Command.shell("cmp out.tar.gz again.tar.gz", in: folder.url).code == 0)
    }

    @Test func plainFoldersBecomeBundles() throws {
        let folder = try TemporaryFolder(files: ["in/a/p.rego": "package a.p\n\nx := data.a.y", "in/a/data.json": "{\"y\": 5}"])
        #expect(try Command.verdict(["build", "in"], in: folder.url).code == 0)
        #expect(try Command.verdict(["eval", "-f", "raw", "-b", "bundle.tar.gz", "data.a.p.x"], in: folder.url).output == "5\n")
    }

    @Test func signaturesAreMadeAndVerified() throws {
        let folder = try TemporaryFolder(files: Self.files)
        _ = try Command.shell("openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt > key.pem && openssl pkey -in key.pem -pubout > pub.pem", in: folder.url)
        let build = try Command.verdict(["build", "-b", "b", "--signing-key", "key.pem", "--signing-alg", "ES256", "-o", "signed.tar.gz"], in: folder.url)
        #expect(build.code == 0, "\(build.error)")
        let verify = ["build", "-b", "signed.tar.gz", "--signing-alg", "ES256", "-o", "again.tar.gz"]
        #expect(try Command.verdict(verify + ["--verification-key", "pub.pem"], in: folder.url).code == 0)
        let unkeyed = try Command.verdict(verify, in: folder.url)
        #expect(unkeyed.code == 1 && unkeyed.error.contains("bundle signed.tar.gz: verification key not provided"), "\(unkeyed.error)")
        #expect(try Command.verdict(["eval", "-f", "raw", "-b", "signed.tar.gz", "data.p.x"], in: folder.url).output == "1\n")
        #expect(try Command.verdict(["sign", "-b", "b", "--signing-key", "secret", "--signing-alg", "HS256", "-o", "b"], in: folder.url).code == 0)
        try folder.write("b/sub/p.rego", "package p\n\nx := 2")
        let changed = try Command.verdict(["build", "-b", "b", "--verification-key", "secret", "--signing-alg", "HS256"], in: folder.url)
        #expect(changed.code == 1 && changed.error.contains("sub/p.rego: digest mismatch"), "\(changed.error)")
    }
}
