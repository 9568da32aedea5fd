/// What a customer is about to buy: the input of the policy.
public struct Order: Encodable, Sendable {
    public struct Item: Encodable, Sendable {
        public var name: String
        public var price: Double
        public var quantity: Int

        public init(name: String, price: Double, quantity: Int) {
            self.name = name
            self.price = price
            self.quantity = quantity
        }
    }

    public var tier: String?
    public var items: [Item]

    public init(tier: String? = nil, items: [Item]) {
        self.tier = tier
        self.items = items
    }
}

/// What the policy says about an order.
public struct Discount: Decodable, Hashable, Sendable {
    public var percent: Int
    public var reasons: [String]

    public init(percent: Int, reasons: [String]) {
        self.percent = percent
        self.reasons = reasons
    }
}
