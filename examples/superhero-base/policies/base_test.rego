package base_test

import data.base

asked(method, path, identity) := {
	"attributes": {"request": {"http": {"method": method}}},
	"parsed_path": split(trim_left(path, "/"), "/"),
	"identity": identity,
}

ada := {"sub": "ada", "scope": "order pay record"}

# The same caller, as the service behind another sees it.
through(actor, scope) := {"sub": "ada", "scope": scope, "act": {"sub": actor}}

test_heroes_order_and_look_at_orders if {
	base.gateway.allow with input as asked("POST", "/checkout", ada)
	base.gateway.allow with input as asked("GET", "/orders/1", ada)
	not base.gateway.allow with input as asked("DELETE", "/orders/1", ada)
}

test_who_has_no_scope_or_is_grounded_does_not if {
	not base.gateway.allow with input as asked("POST", "/checkout", {"sub": "eve", "scope": "pay"})
	not base.gateway.allow with input as asked("POST", "/checkout", ada) with data.grounded as {"ada": true}
}

test_a_token_that_was_given_to_a_service_opens_nothing_at_the_gateway if {
	not base.gateway.allow with input as asked("POST", "/checkout", through("gateway", "order pay record"))
}

test_services_answer_the_one_before_them if {
	base.orders.allow with input as asked("POST", "/checkout", through("gateway", "order pay record"))
	not base.orders.allow with input as asked("POST", "/checkout", ada)
	base.audit.allow with input as asked("POST", "/entries", through("payments", "record"))
	not base.audit.allow with input as asked("POST", "/entries", through("orders", "record"))
	not base.audit.allow with input as asked("POST", "/entries", through("payments", "pay"))
}

paid(identity, amount) := object.union(asked("POST", "/payments", identity), {"parsed_body": {"amount": amount}})

test_payments_have_a_limit_and_are_audited if {
	heroes := {"ada": {"limit": 500}}
	decision := base.payments.allow with input as paid(through("orders", "pay record"), 500) with data.heroes as heroes
	decision == {"allowed": true, "obligations": [{"id": "audit"}]}
	not base.payments.allow with input as paid(through("orders", "pay record"), 501) with data.heroes as heroes
	not base.payments.allow with input as paid(through("orders", "pay record"), 101) with data.heroes as {}
	not base.payments.allow with input as paid(through("orders", "record"), 1) with data.heroes as heroes
	not base.payments.allow with input as paid(ada, 1) with data.heroes as heroes
}

test_anybody_may_know_whether_a_service_is_up if {
	every service in ["gateway", "orders", "payments", "audit"] {
		base[service].allow with input as asked("GET", "/status", {})
	}
}
