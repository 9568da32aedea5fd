import Testing

@testable import Governance

/// The section `decision_logs`: what is taken, and what is said of what is not.
@Suite struct ConfigurationTests {
    @Test(arguments: [
        (#"{"console": "yes"}"#, "decision_logs.console: expected Bool"),
        (#"{"reporting": {"min_delay_seconds": 1}}"#, "give both min_delay_seconds and max_delay_seconds"),
        (#"{"reporting": {"min_delay_seconds": 5, "max_delay_seconds": 1}}"#, "max delay must be >= min delay"),
        (#"{"reporting": {"buffer_type": "disk"}}"#, "disk is neither size nor event"),
        (#"{"reporting": {"buffer_size_limit_bytes": 10, "max_decisions_per_second": 1}}"#, "give either"),
        (#"{"reporting": {"max_decisions_per_second": 0}}"#, "must be above 0"),
        (#"{"reporting": {"trigger": "manual"}}"#, "use periodic"),
        (#"{"service": "none"}"#, "invalid service name \"none\""),
        (#"{"plugin": "mine"}"#, "there are no plugins"),
        (#"{"file": {}}"#, "decision_logs.file.path is missing"),
        (#"[]"#, "decision_logs: expected"),
    ])
    func wrong(_ text: String, _ message: String) {
        do throws(DecisionLogError) {
            _ = try DecisionLogConfiguration(json: Array(text.utf8), services: ["acme"])
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.code == .configuration)
            #expect(error.message.contains(message), "\(error.message)")
        }
    }

    @Test func theFirstServiceUnlessThereIsAConsole() throws {
        #expect(try DecisionLogConfiguration(json: Array("{}".utf8), services: ["acme"]).service == "acme")
        #expect(try DecisionLogConfiguration(json: Array(#"{"console": true}"#.utf8), services: ["acme"]).service == nil)
    }

    @Test func everythingIsRead() throws {
        let text = #"{"console": true, "mask_decision": "/a/b", "drop_decision": "c/d", "partition_name": "p", "request_context": {"http": {"headers": ["X-Id"]}}, "reporting": {"upload_size_limit_bytes": 1, "min_delay_seconds": 1, "max_delay_seconds": 2}}"#
        let configuration = try DecisionLogConfiguration(json: Array(text.utf8))
        #expect(configuration.mask == ["a", "b"])
        #expect(configuration.drop == ["c", "d"])
        #expect(configuration.headers == ["X-Id"])
        #expect(configuration.reporting.uploadSizeLimit == 90)
        #expect(configuration.reporting.maximumDelay == 2)
    }
}
