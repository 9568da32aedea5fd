# METADATA
# title: Discounts
# description: Which discounts an order earns, and how much they are together.
package discounts

# METADATA
# entrypoint: true
decision := {"percent": percent, "reasons": [offer.reason | some offer in offers]}

# Offers add up to a ceiling.
percent := min([data.ceiling, sum([offer.percent | some offer in offers])])

offers contains {"percent": tier.percent, "reason": sprintf("%s customer", [input.tier])} if {
	tier := data.tiers[input.tier]
}

offers contains {"percent": data.bulk.percent, "reason": "large order"} if {
	total >= data.bulk.from
}

offers contains {"percent": season.percent, "reason": season.name} if {
	some season in data.seasons
	now := time.now_ns()
	now >= time.parse_rfc3339_ns(season.begins)
	now < time.parse_rfc3339_ns(season.ends)
}

total := sum([price |
	some item in input.items
	price := item.price * item.quantity
])
