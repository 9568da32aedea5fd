import Rego
import Shop
import Testing

@Suite struct DiscountsTests {
    /// Outside every season, and inside the summer sale.
    static let winter: Int64 = 1_767_225_600_000_000_000
    static let summer: Int64 = 1_783_000_000_000_000_000

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var tier: String?
        var price: Double
        var now = winter
        var discount: Discount
    }

    @Test(arguments: [
        Case(testDescription: "nothing", price: 10, discount: Discount(percent: 0, reasons: [])),
        Case(testDescription: "tier", tier: "silver", price: 10, discount: Discount(percent: 5, reasons: ["silver customer"])),
        Case(testDescription: "unknown tier", tier: "lead", price: 10, discount: Discount(percent: 0, reasons: [])),
        Case(testDescription: "just below a large order", price: 999.99, discount: Discount(percent: 0, reasons: [])),
        Case(testDescription: "large order", price: 1000, discount: Discount(percent: 10, reasons: ["large order"])),
        Case(testDescription: "season", price: 10, now: summer, discount: Discount(percent: 15, reasons: ["summer sale"])),
        Case(
            testDescription: "ceiling", tier: "gold", price: 1000, now: summer,
            discount: Discount(percent: 25, reasons: ["gold customer", "large order", "summer sale"])),
    ])
    func discounts(_ sample: Case) throws {
        let order = Order(tier: sample.tier, items: [Order.Item(name: "desk", price: sample.price, quantity: 1)])
        #expect(try Discounts().decide(about: order, now: sample.now) == sample.discount)
    }

    @Test func otherDataOtherDecisions() throws {
        let data = #"{"ceiling": 3, "tiers": {"gold": {"percent": 10}}, "bulk": {"from": 1, "percent": 1}, "seasons": []}"#
        let order = Order(tier: "gold", items: [Order.Item(name: "pen", price: 2, quantity: 1)])
        let before = try Discounts()
        let after = try before.replacing(data: Array(data.utf8))
        #expect(try after.decide(about: order, now: Self.winter).percent == 3)
        #expect(try before.decide(about: order, now: Self.winter).percent == 10)
    }

    @Test func tasksDecideAtTheSameTime() async throws {
        let discounts = try Discounts()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for quantity in 1...100 {
                group.addTask {
                    try discounts.decide(about: Order(items: [Order.Item(name: "pen", price: 20, quantity: quantity)]), now: Self.winter).percent
                }
            }
            var large = 0
            for try await percent in group where percent == 10 { large += 1 }
            #expect(large == 51)
        }
    }

    @Test func mistakesInPoliciesHaveAPlace() {
        do {
            _ = try PolicySnapshot(policies: [PolicySource(file: "p.rego", text: "package p\nallow if user == \"ada\"")])
            Issue.record("the policy names a variable that is nowhere bound")
        } catch {
            #expect(error.diagnostics.map(\.description) == ["p.rego:2: rego_unsafe_var_error: var user is unsafe"])
        }
    }
}
