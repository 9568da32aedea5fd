import Foundation
import NIOCore
import NIOPosix

/// Asks DNS servers, over UDP and where an answer does not fit over TCP, and gives what the system's own resolver hides: how long answers hold.
public struct DNSClient: Sendable {
    private let servers: [SocketAddress]
    private let timeout: Duration
    private static let aliasLimit = 8
    private static let rounds = 2

    /// - Parameters:
    ///   - servers: `ADDRESS` or `ADDRESS:PORT`, IPv6 addresses with a port in brackets; none for those of `/etc/resolv.conf`.
    ///   - timeout: for one server's answer.
    /// - Throws: `ResolutionFailure` where an address is none, or no server is known.
    public init(servers: [String] = [], timeout: Duration = .seconds(2)) throws(ResolutionFailure) {
        let names = servers.isEmpty ? Self.systemServers() : servers
        guard !names.isEmpty else { throw ResolutionFailure("/etc/resolv.conf names no DNS server") }
        self.servers = try names.map { name throws(ResolutionFailure) in try Self.address(name) }
        self.timeout = timeout
    }

    private static func systemServers() -> [String] {
        guard let data = FileManager.default.contents(atPath: "/etc/resolv.conf") else { return [] }
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            return words.count >= 2 && words[0] == "nameserver" ? String(words[1]) : nil
        }.prefix(3).map { $0.contains(":") ? "[\($0)]:53" : $0 }
    }

    private static func address(_ text: String) throws(ResolutionFailure) -> SocketAddress {
        var host = text, port = 53
        let isBare = text.first != "[" && text.count { $0 == ":" } > 1
        if !isBare, let colon = text.lastIndex(of: ":"), let number = Int(text[text.index(after: colon)...]) {
            host = String(text[..<colon])
            port = number
        }
        host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        guard let address = try? SocketAddress(ipAddress: host, port: port) else { throw ResolutionFailure("'\(text)' is not the address of a DNS server") }
        return address
    }

    /// The records of a type that a name has, found through its aliases; the lifetimes are not longer than those of the aliases.
    ///
    /// - Throws: `ResolutionFailure` where no server answers, or the name is not there.
    public func query(_ name: String, _ type: DNSMessage.RecordType) async throws -> [DNSMessage.Record] {
        var name = name.lowercased(), lifetime = Int.max
        for _ in 0..<Self.aliasLimit {
            let message = try await ask(name, type)
            // The aliases and what they lead to come in one answer.
            while case (let next, let seconds)? = Self.alias(of: name, in: message.records) {
                name = next
                lifetime = min(lifetime, seconds)
            }
            let found = message.records.filter { $0.name == name && Self.isData($0.data, type) }
            if !found.isEmpty || name == message.question.name {
                return found.map { DNSMessage.Record(name: $0.name, timeToLive: min($0.timeToLive, lifetime), data: $0.data) }
            }
        }
        throw ResolutionFailure("\(name): too many aliases")
    }

    private static func alias(of name: String, in records: [DNSMessage.Record]) -> (String, Int)? {
        for record in records where record.name == name {
            if case .alias(let target) = record.data, target != name { return (target, record.timeToLive) }
        }
        return nil
    }

    private static func isData(_ data: DNSMessage.Record.Data, _ type: DNSMessage.RecordType) -> Bool {
        switch (data, type) {
        case (.address(let text), .a): !text.contains(":")
        case (.address(let text), .aaaa): text.contains(":")
        case (.service, .srv), (.alias, .cname): true
        default: false
        }
    }

    private func ask(_ name: String, _ type: DNSMessage.RecordType) async throws -> DNSMessage {
        let identifier = UInt16.random(in: 0 ... .max)
        guard let query = DNSMessage.query(name, type, identifier: identifier) else { throw ResolutionFailure("'\(name)' is not a name that DNS can be asked for") }
        var reason = "no DNS server answers"
        for server in Array(repeating: servers, count: Self.rounds).joined() {
            do {
                var message = try await exchange(query, with: server, overTCP: false)
                if message.isTruncated { message = try await exchange(query, with: server, overTCP: true) }
                switch message.code {
                case 0: return message
                case 3: throw ResolutionFailure("\(name): there is no such name")
                default: reason = "the DNS server answers with the code \(message.code)"
                }
            } catch let failure as ResolutionFailure {
                throw failure
            } catch {
                try Task.checkCancellation()
            }
        }
        throw ResolutionFailure("\(name): \(reason)")
    }

    // MARK: Transport

    private func exchange(_ query: [UInt8], with server: SocketAddress, overTCP: Bool) async throws -> DNSMessage {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let answer = loop.makePromise(of: DNSMessage.self)
        let timer = loop.scheduleTask(in: TimeAmount(timeout)) { answer.fail(ChannelError.connectTimeout(TimeAmount(timeout))) }
        defer { timer.cancel() }
        do {
            let channel = try await overTCP ? Self.connect(loop, server, query, answer) : Self.bind(loop, server, query, answer)
            answer.futureResult.whenComplete { _ in channel.close(promise: nil) }
        } catch {
            answer.fail(error)
        }
        return try await answer.futureResult.get()
    }

    private static func bind(_ loop: any EventLoop, _ server: SocketAddress, _ query: [UInt8], _ answer: EventLoopPromise<DNSMessage>) async throws -> any Channel {
        let channel = try await DatagramBootstrap(group: loop).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(DatagramAnswer(query: query, server: server, answer: answer)) }
        }.bind(host: server.protocol == .inet6 ? "::" : "0.0.0.0", port: 0).get()
        try await channel.writeAndFlush(AddressedEnvelope(remoteAddress: server, data: ByteBuffer(bytes: query)))
        return channel
    }

    private static func connect(_ loop: any EventLoop, _ server: SocketAddress, _ query: [UInt8], _ answer: EventLoopPromise<DNSMessage>) async throws -> any Channel {
        let channel = try await ClientBootstrap(group: loop).connectTimeout(.seconds(2)).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(StreamAnswer(query: query, answer: answer)) }
        }.connect(to: server).get()
        var framed = ByteBuffer()
        framed.writeInteger(UInt16(query.count))
        framed.writeBytes(query)
        try await channel.writeAndFlush(framed)
        return channel
    }

    /// The message, where it answers the query; whoever can send to the socket must not answer for the server.
    private static func message(_ bytes: [UInt8], to query: [UInt8]) -> DNSMessage? {
        guard bytes.prefix(2) == query.prefix(2), let message = try? DNSMessage(bytes) else { return nil }
        // The name and type begin behind the header, in one case and without pointers.
        guard bytes.count >= query.count, bytes[12..<query.count].map(lowercased) == query[12...].map(lowercased) else { return nil }
        return message
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte }

    private final class DatagramAnswer: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>

        private let query: [UInt8]
        private let server: SocketAddress
        private let answer: EventLoopPromise<DNSMessage>

        init(query: [UInt8], server: SocketAddress, answer: EventLoopPromise<DNSMessage>) {
            self.query = query
            self.server = server
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data)
            guard envelope.remoteAddress == server, let message = DNSClient.message(Array(envelope.data.readableBytesView), to: query) else { return }
            answer.succeed(message)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { answer.fail(error) }
    }

    private final class StreamAnswer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let query: [UInt8]
        private let answer: EventLoopPromise<DNSMessage>
        private var received = ByteBuffer()

        init(query: [UInt8], answer: EventLoopPromise<DNSMessage>) {
            self.query = query
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var part = unwrapInboundIn(data)
            received.writeBuffer(&part)
            guard let length = received.getInteger(at: received.readerIndex, as: UInt16.self), received.readableBytes >= 2 + Int(length) else { return }
            let bytes = Array(received.readableBytesView.dropFirst(2).prefix(Int(length)))
            if let message = DNSClient.message(bytes, to: query) { answer.succeed(message) } else { answer.fail(DNSMessage.Malformed()) }
        }

        func channelInactive(context: ChannelHandlerContext) { answer.fail(ChannelError.eof) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { answer.fail(error) }
    }
}
