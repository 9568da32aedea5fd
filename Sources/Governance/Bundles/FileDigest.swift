import Crypto
import Foundation
import Rego

/// The digest of a bundle's file as signatures have it.
///
/// JSON and YAML documents are hashed in canonical form, so that white space and the order of keys do not matter; other files byte by byte.
enum FileDigest {
    /// In hexadecimal, lower case.
    static func compute(_ path: String, _ bytes: [UInt8], algorithm: String) throws(BundleError) -> String {
        let content = try hashed(path, bytes)
        switch algorithm {
        case "MD5": return text(Insecure.MD5.hash(data: content))
        case "SHA-1": return text(Insecure.SHA1.hash(data: content))
        case "SHA-256": return text(SHA256.hash(data: content))
        case "SHA-384": return text(SHA384.hash(data: content))
        case "SHA-512": return text(SHA512.hash(data: content))
        case "": throw BundleError(.signature, "no hashing algorithm provided for file \(path)")
        default: throw BundleError(.signature, "unsupported hashing algorithm: \(algorithm); use MD5, SHA-1, SHA-256, SHA-384 or SHA-512")
        }
    }

    private static let documents: Set<String> = ["data.json", "data.yaml", "data.yml", ".manifest", ".signatures.json"]

    private static func hashed(_ path: String, _ bytes: [UInt8]) throws(BundleError) -> [UInt8] {
        guard let name = path.split(separator: "/").last, documents.contains(String(name)) else { return bytes }
        do {
            let value = path.hasSuffix(".yaml") || path.hasSuffix(".yml") ? try Value(yaml: String(decoding: bytes, as: UTF8.self)) : try Value(json: bytes)
            return value.json(escapesHTML: false)
        } catch {
            throw BundleError(.malformed, "bundle load failed on \(path): \(error)")
        }
    }

    private static func text(_ digest: some Sequence<UInt8>) -> String {
        digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
