import ArgumentParser
import Foundation
import SuperheroBase
import Support

@main
struct SuperheroBaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "superhero-base", abstract: "Four services that Verdict guards, on this machine alone.", subcommands: [Up.self, Trace.self, Faults.self, Serve.self],
        defaultSubcommand: Up.self)
}

/// Works with a base that ends with the work, or when the command is told to end; nothing of it is left then.
private func withBase(gatewayPort: Int = 0, _ work: @escaping @Sendable (Base) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "superhero-base-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let base = try await Base.started(in: folder, gatewayPort: gatewayPort)
    let task = Task { try await work(base) }
    let interrupts = [SIGINT, SIGTERM].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number)
        source.setEventHandler { task.cancel() }
        source.resume()
        return source
    }
    let result = await task.result
    await base.stop()
    withExtendedLifetime(interrupts) {}
    do { try result.get() } catch is CancellationError { throw ExitCode(130) }
}

struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Start the base, and let it run until Control-C.")

    @Option(help: "Where the gateway answers.")
    var port = 7080

    func run() async throws {
        try await withBase(gatewayPort: port) { base in
            for name in ["gateway", "orders", "payments", "audit", "verdict", "issuer", "collector"] {
                print("\(name.padding(toLength: 10, withPad: " ", startingAt: 0)) http://\(base.folder.address(of: name) ?? "?")")
            }
            print("its files  \(base.folder.url.path)\n")
            print("TOKEN=\(try Caller("ada", of: base, claims: ["exp": .number((Date().timeIntervalSince1970 + 3600).rounded())]).token)")
            fflush(nil)
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        }
    }
}

struct Trace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Start the base, place an order, and show its trace.")

    func run() async throws { try await withBase { base in print(try await base.traceOfAnOrder(), terminator: "") } }
}

struct Faults: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Start the base, break it in one way after the other, and say what happened.")

    @Argument(help: "The faults' names; all of them unless given.")
    var names: [String] = []

    func validate() throws {
        let known = Scenario.all.map(\.name)
        for name in names where !known.contains(name) { throw ValidationError("there is no fault '\(name)'; there are \(known.joined(separator: ", "))") }
    }

    func run() async throws {
        let chosen = Scenario.all.filter { names.isEmpty || names.contains($0.name) }
        try await withBase { base in
            var failures = 0
            for scenario in chosen {
                try Task.checkCancellation()
                let scene = await scenario.run(on: base)
                print(scene.text)
                fflush(nil)
                if !scene.isPassed { failures += 1 }
            }
            guard failures == 0 else { throw ExitCode(1) }
        }
    }
}

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Be one part of a base.", shouldDisplay: false)

    @Argument var role: BaseRole
    @Option var folder: String
    @Option var port = 0

    func run() async throws { try await role.run(in: BaseFolder(URL(fileURLWithPath: folder)), port: port) }
}

extension BaseRole: ExpressibleByArgument {}
