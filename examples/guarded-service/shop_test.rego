package shop_test

import data.shop

keys := {"k1": "ada"}

asked(method, path, headers) := {"attributes": {"request": {"http": {
	"method": method,
	"path": path,
	"headers": headers,
}}}}

test_a_key_opens_and_names_its_owner if {
	decision := shop.allow with input as asked("GET", "/orders/1", {"x-key": "k1"}) with data.keys as keys
	decision == {"allowed": true, "headers": {"X-User": "ada"}}
}

test_other_keys_and_methods_are_refused if {
	not shop.allow with input as asked("GET", "/orders/1", {"x-key": "k2"}) with data.keys as keys
	not shop.allow with input as asked("GET", "/orders/1", {}) with data.keys as keys
	not shop.allow with input as asked("DELETE", "/orders/1", {"x-key": "k1"}) with data.keys as keys
}

test_whether_it_is_up_may_be_asked if shop.allow with input as asked("GET", "/status", {})
