# METADATA
# description: A hero may spend up to a limit, and the auditors learn of each payment.
package base.payments

import data.base.request

default allow := false

allow if request.is_status

allow := {"allowed": true, "obligations": [{"id": "audit"}]} if {
	request.actor == "orders"
	request.method == "POST"
	"pay" in request.scopes
	input.parsed_body.amount <= limit
}

default limit := 100

limit := data.heroes[input.identity.sub].limit
