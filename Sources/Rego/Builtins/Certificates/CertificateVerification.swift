import Foundation
import SwiftASN1
import X509

/// Whether a chain leads from a certificate to a root (RFC 5280, section 6), with the checks that Go's `x509` makes.
struct CertificateVerification {
    let root: ParsedCertificate
    let intermediates: [ParsedCertificate]
    /// The time to verify at, as RFC 3339 has it.
    let time: String
    /// Go's numbers of the purposes of which the leaf must have one; 0 is any.
    let usages: [Int]
    /// The host that the leaf must be for, if any.
    let host: String?

    /// Signatures that a search may check.
    private static let signatureLimit = 100
    private static let certificateSigning = 1 << 5

    /// From the leaf to the root; nil where there is no such chain.
    func chain(from leaf: ParsedCertificate) -> [ParsedCertificate]? {
        guard isCurrent(leaf), leaf.extensions.unhandled.isEmpty else { return nil }
        if let host, !HostName.isNamed(host, by: leaf.extensions.names) { return nil }
        var signatures = 0
        return extend([leaf], &signatures)
    }

    private func isCurrent(_ certificate: ParsedCertificate) -> Bool { certificate.notBefore <= time && time <= certificate.notAfter }

    private func extend(_ chain: [ParsedCertificate], _ signatures: inout Int) -> [ParsedCertificate]? {
        guard let last = chain.last else { return nil }
        if last.encoded == root.encoded { return hasUsage(chain) ? chain : nil }
        for (candidate, isRoot) in [(root, true)] + intermediates.map({ ($0, false) }) where candidate.subject == last.issuer {
            guard !chain.contains(where: { $0.subject == candidate.subject && $0.publicKeyInformation == candidate.publicKeyInformation }) else { continue }
            signatures += 1
            guard signatures <= Self.signatureLimit, mayFollow(candidate, chain), isSigned(last, by: candidate) else { continue }
            let longer = chain + [candidate]
            if isRoot {
                if hasUsage(longer) { return longer }
            } else if let complete = extend(longer, &signatures) {
                return complete
            }
        }
        return nil
    }

    private func mayFollow(_ candidate: ParsedCertificate, _ chain: [ParsedCertificate]) -> Bool {
        let fields = candidate.extensions.fields
        guard isCurrent(candidate), candidate.extensions.unhandled.isEmpty else { return false }
        let hasConstraints = fields["BasicConstraintsValid"] == true
        guard hasConstraints ? fields["IsCA"] == true : candidate.document["Version"] != 3 else { return false }
        if hasConstraints, case .number(let length)? = fields["MaxPathLen"], let most = length.integer, most >= 0, chain.count - 1 > most { return false }
        if case .number(let number)? = fields["KeyUsage"], let usage = number.integer, usage != 0, usage & Int64(Self.certificateSigning) == 0 { return false }
        return chain.allSatisfy { NameConstraints(candidate.extensions).allow($0.extensions.names) }
    }

    private func isSigned(_ certificate: ParsedCertificate, by issuer: ParsedCertificate) -> Bool {
        // Digests that are broken prove nothing.
        if case .number(let algorithm)? = certificate.document["SignatureAlgorithm"], [0, 1, 2, 3, 7, 8, 9].contains(algorithm.integer ?? 0) { return false }
        guard let signed = try? Certificate(derEncoded: certificate.encoded), let signer = try? Certificate(derEncoded: issuer.encoded) else { return false }
        return signer.publicKey.isValidSignature(signed.signature, for: signed)
    }

    /// A purpose counts where every certificate that limits its purposes has it.
    private func hasUsage(_ chain: [ParsedCertificate]) -> Bool {
        let wanted = usages.isEmpty ? [1] : usages
        if wanted.contains(0) { return true }
        return wanted.contains { usage in
            chain.allSatisfy { !$0.extensions.hasUsages || $0.extensions.usages.contains(0) || $0.extensions.usages.contains(usage) }
        }
    }
}

/// The names that a certificate's issuer may give (RFC 5280, 4.2.1.10).
struct NameConstraints {
    private let permitted: GeneralNames
    private let excluded: GeneralNames

    init(_ extensions: CertificateExtensions) {
        permitted = extensions.permitted
        excluded = extensions.excluded
    }

    func allow(_ names: GeneralNames) -> Bool {
        check(names.domains, permitted.domains, excluded.domains, Self.isDomain)
            && check(names.emails, permitted.emails, excluded.emails, Self.isMail)
            && check(names.uris.map(Self.host), permitted.uris, excluded.uris, Self.isDomain)
            && check(names.addresses, permitted.addresses, excluded.addresses, Self.isAddress)
    }

    private func check<Name>(_ names: [Name], _ permitted: [Name], _ excluded: [Name], _ fits: (Name, Name) -> Bool) -> Bool {
        names.allSatisfy { name in
            !excluded.contains { fits(name, $0) } && (permitted.isEmpty || permitted.contains { fits(name, $0) })
        }
    }

    private static func isDomain(_ name: String, _ constraint: String) -> Bool {
        let name = name.lowercased(), constraint = constraint.lowercased()
        if constraint.isEmpty { return true }
        if constraint.hasPrefix(".") { return name.hasSuffix(constraint) }
        return name == constraint || name.hasSuffix(".\(constraint)")
    }

    private static func isMail(_ name: String, _ constraint: String) -> Bool {
        if constraint.contains("@") { return name == constraint }
        let host = name.split(separator: "@").last.map { $0.lowercased() } ?? ""
        return constraint.hasPrefix(".") ? host.hasSuffix(constraint.lowercased()) : host == constraint.lowercased()
    }

    private static func host(_ uri: String) -> String { URLComponents(string: uri)?.host ?? "" }

    private static func isAddress(_ address: [UInt8], _ constraint: [UInt8]) -> Bool {
        guard constraint.count == address.count * 2 else { return false }
        return address.indices.allSatisfy { address[$0] & constraint[address.count + $0] == constraint[$0] & constraint[address.count + $0] }
    }
}

/// Host names as certificates have them (RFC 6125).
enum HostName {
    static func isNamed(_ host: String, by names: GeneralNames) -> Bool {
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        if let address = InternetAddress(bare) { return names.addresses.contains { InternetAddress(bytes: $0) == address } }
        let host = host.lowercased()
        return names.domains.contains { matches($0.lowercased(), host.hasSuffix(".") ? String(host.dropLast()) : host) }
    }

    /// `*` stands for the whole first label.
    private static func matches(_ pattern: String, _ host: String) -> Bool {
        let parts = pattern.split(separator: ".", omittingEmptySubsequences: false), labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard !host.isEmpty, parts.count == labels.count else { return false }
        return zip(parts, labels).enumerated().allSatisfy { position, pair in pair.0 == pair.1 || (position == 0 && pair.0 == "*" && parts.count > 1) }
    }
}
