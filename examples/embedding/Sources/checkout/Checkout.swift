import Shop

@main
struct Checkout {
    static func main() throws {
        let order = Order(tier: "gold", items: [Order.Item(name: "desk", price: 600, quantity: 2)])
        // 1 December 2026, so that no season changes what this prints.
        let discount = try Discounts().decide(about: order, now: 1_796_083_200_000_000_000)
        print("\(discount.percent) % off: \(discount.reasons.joined(separator: ", "))")
    }
}
