import Foundation

/// Certificates for one test: an authority (`ca.pem`), and a server and a client that it signed (`server.pem`, `server.key`, `client.pem`, `client.key`).
package enum TestCertificates {
    /// - Parameter names: whom the certificates are for.
    package static func make(names: String = "DNS:localhost,IP:127.0.0.1") throws -> TemporaryFolder {
        let folder = try TemporaryFolder(files: ["names": "subjectAltName=\(names)\n"])
        let curve = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        var script = "set -e\nopenssl req -x509 \(curve) -keyout ca.key -out ca.pem -subj /CN=authority -days 2\n"
        for name in ["server", "client"] {
            script += "openssl req \(curve) -keyout \(name).key -out \(name).csr -subj /CN=\(name)\n"
            script += "openssl x509 -req -in \(name).csr -CA ca.pem -CAkey ca.key -CAcreateserial -out \(name).pem -days 2 -extfile names\n"
        }
        let outcome = try Command.shell(script, in: folder.url)
        guard outcome.code == 0 else { throw Failure(reason: outcome.error) }
        return folder
    }

    package struct Failure: Error {
        package var reason: String
    }
}
