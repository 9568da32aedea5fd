import NIOCore
import NIOPosix
import Synchronization

/// A DNS server on loopback that answers as a test says, over UDP and TCP on one port. Closed with its last reference.
package final class NameServer: Sendable {
    package enum Record: Sendable {
        case a(String)
        case alias(String)
        case service(priority: Int, port: Int, target: String)
    }

    package struct Answer: Sendable {
        package var records: [(name: String, seconds: Int, record: Record)] = []
        package var code: UInt8 = 0
        /// Over UDP the records are left out, with the sign that there are more.
        package var isTruncated = false
        /// What comes before the answer over UDP.
        package var forgeries: [[UInt8]] = []

        package init(_ records: [(name: String, seconds: Int, record: Record)] = [], code: UInt8 = 0, isTruncated: Bool = false, forgeries: [[UInt8]] = []) {
            self.records = records
            self.code = code
            self.isTruncated = isTruncated
            self.forgeries = forgeries
        }
    }

    /// Gives the answer for a name and a type: 1 for A, 28 for AAAA, 33 for SRV.
    package typealias Respond = @Sendable (_ name: String, _ type: Int) -> Answer

    private let datagrams: any Channel
    private let streams: any Channel
    private let log = Log()

    private final class Log: Sendable {
        let queries = Mutex<[String]>([])
    }

    package init(respond: @escaping Respond) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let log = log
        streams = try await ServerBootstrap(group: group).childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(StreamHandler(respond, log)) }
        }.bind(host: "127.0.0.1", port: 0).get()
        datagrams = try await DatagramBootstrap(group: group).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(DatagramHandler(respond, log)) }
        }.bind(host: "127.0.0.1", port: streams.localAddress?.port ?? 0).get()
    }

    deinit {
        datagrams.close(promise: nil)
        streams.close(promise: nil)
    }

    package var address: String { "127.0.0.1:\(streams.localAddress?.port ?? 0)" }
    /// What was asked: transport, type and name.
    package var queries: [String] { log.queries.withLock { $0 } }

    // MARK: Messages

    private static func question(_ query: [UInt8]) -> (name: String, type: Int, length: Int)? {
        guard query.count > 12 else { return nil }
        var labels: [String] = [], place = 12
        while place < query.count, query[place] != 0 {
            let length = Int(query[place])
            guard place + 1 + length < query.count else { return nil }
            labels.append(String(decoding: query[place + 1..<place + 1 + length], as: UTF8.self))
            place += 1 + length
        }
        guard place + 4 < query.count else { return nil }
        return (labels.joined(separator: "."), Int(query[place + 2]), place + 5)
    }

    private static func message(_ query: [UInt8], _ answer: Answer, questionLength: Int, cut: Bool) -> [UInt8] {
        let records = cut ? [] : answer.records
        var bytes = Array(query[0..<2]) + [cut ? 0x83 : 0x81, 0x80 | answer.code, 0, 1, 0, UInt8(records.count), 0, 0, 0, 0]
        bytes += query[12..<questionLength]
        for (name, seconds, record) in records {
            let (type, data) = contents(record)
            bytes += encoded(name) + [0, type, 0, 1] + [24, 16, 8, 0].map { UInt8(seconds >> $0 & 0xff) } + pair(data.count) + data
        }
        return bytes
    }

    private static func contents(_ record: Record) -> (UInt8, [UInt8]) {
        switch record {
        case .a(let text): (1, text.split(separator: ".").compactMap { UInt8($0) })
        case .alias(let name): (5, encoded(name))
        case .service(let priority, let port, let target): (33, pair(priority) + pair(0) + pair(port) + encoded(target))
        }
    }

    private static func pair(_ number: Int) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xff)] }

    private static func encoded(_ name: String) -> [UInt8] { name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + $0.utf8 } + [0] }

    // MARK: Transport

    private final class DatagramHandler: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        typealias OutboundOut = AddressedEnvelope<ByteBuffer>

        private let respond: Respond
        private let log: Log

        init(_ respond: @escaping Respond, _ log: Log) { (self.respond, self.log) = (respond, log) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data)
            let query = Array(envelope.data.readableBytesView)
            guard let question = NameServer.question(query) else { return }
            log.queries.withLock { $0.append("udp \(question.type) \(question.name)") }
            let answer = respond(question.name, question.type)
            for bytes in answer.forgeries + [NameServer.message(query, answer, questionLength: question.length, cut: answer.isTruncated)] {
                context.writeAndFlush(wrapOutboundOut(.init(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: bytes))), promise: nil)
            }
        }
    }

    private final class StreamHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let respond: Respond
        private let log: Log

        init(_ respond: @escaping Respond, _ log: Log) { (self.respond, self.log) = (respond, log) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let query = Array(unwrapInboundIn(data).readableBytesView.dropFirst(2))
            guard let question = NameServer.question(query) else { return context.close(promise: nil) }
            log.queries.withLock { $0.append("tcp \(question.type) \(question.name)") }
            let message = NameServer.message(query, respond(question.name, question.type), questionLength: question.length, cut: false)
            var buffer = ByteBuffer()
            buffer.writeInteger(UInt16(message.count))
            // In two parts, as a network may deliver it.
            buffer.writeBytes(message.prefix(5))
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: message.dropFirst(5))), promise: nil)
        }
    }
}
