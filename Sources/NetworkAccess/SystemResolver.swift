import Rego

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The names that the system knows, for policies that call `net.lookup_ip_addr`. Requests are refused.
public struct SystemResolver: PolicyNetwork {
    public init() {}

    public func send(_ request: OutgoingRequest) throws(NetworkProblem) -> IncomingResponse {
        throw NetworkProblem("this host lets policies send no requests; replace the function in tests: with http.send as …")
    }

    public func addresses(of host: String) throws(NetworkProblem) -> [String] {
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, nil, &list)
        guard status == 0 else { throw NetworkProblem("lookup \(host): \(String(cString: gai_strerror(status)))") }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var entry = list
        while let current = entry {
            var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            if getnameinfo(current.pointee.ai_addr, current.pointee.ai_addrlen, &buffer, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST) == 0 {
                let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                if !addresses.contains(text) { addresses.append(text) }
            }
            entry = current.pointee.ai_next
        }
        return addresses
    }
}
