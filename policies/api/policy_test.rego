package api_test

import data.api

# 2026-01-01T00:00:00Z
now := 1767225600

claims := {
	"sub": "alice",
	"iss": "https://login.example.com",
	"aud": "orders-api",
	"exp": now + 300,
	"scope": "orders:read orders:write profile",
}

asks(method, path) := {"method": method, "path": path, "claims": claims}

with_claims(changes) := object.union(asks("GET", "/v1/orders/42"), {"claims": changes})

allowed(request) if api.allow with input as request with time.now_ns as now * 1000000000

refused_because(request, reasons) if {
	api.decision == {"allow": false, "reasons": reasons} with input as request with time.now_ns as now * 1000000000
}

test_scope_opens_route if allowed(asks("GET", "/v1/orders/42"))

test_allowed_request_has_no_reasons if {
	api.decision == {"allow": true, "reasons": set()} with input as asks("POST", "/v1/orders")
		with time.now_ns as now * 1000000000
}

test_public_route_needs_no_token if {
	api.decision == {"allow": true, "reasons": set()} with input as {"method": "GET", "path": "/health"}
}

test_missing_input_is_refused if {
	not api.allow with input as {}
	api.reasons == {"no route matches"} with input as {}
}

test_missing_token_is_refused if {
	refused_because({"method": "GET", "path": "/v1/orders"}, {
		"the token is missing",
	})
}

test_unknown_route_is_refused if refused_because(asks("GET", "/v2/orders"), {"no route matches"})

test_unknown_method_is_refused if refused_because(asks("DELETE", "/v1/orders"), {"no route matches"})

test_star_is_one_segment if refused_because(asks("GET", "/v1/orders/42/items"), {"no route matches"})

test_missing_scope_is_named if {
	refused_because(
		object.union(asks("PATCH", "/v1/orders/42"), {"claims": {"scope": "orders:read"}}),
		{"scope orders:write is missing"},
	)
}

test_scope_must_match_whole if {
	refused_because(with_claims({"scope": "orders:readonly"}), {"scope orders:read is missing"})
}

test_role_opens_route if {
	allowed(object.union(asks("DELETE", "/v1/orders/42"), {"claims": {"roles": ["support"]}}))
}

test_missing_role_is_named if {
	refused_because(asks("DELETE", "/v1/orders/42"), {"one of the roles support, admin is needed"})
}

test_role_does_not_replace_scope if {
	refused_because(
		object.union(asks("DELETE", "/v1/orders/42"), {"claims": {"roles": ["support"], "scope": "orders:read"}}),
		{"scope orders:write is missing"},
	)
}

test_nothing_is_asked_of_a_token_that_does_not_count if {
	refused_because(
		object.union(asks("DELETE", "/v1/orders/42"), {"claims": {"exp": 0, "scope": ""}}),
		{"the token has expired"},
	)
}

test_own_profile_is_open if {
	allowed(asks("PATCH", "/v1/users/alice/profile"))
	api.decision == {"allow": true, "reasons": set()} with input as asks("GET", "/v1/users/alice/profile")
		with time.now_ns as now * 1000000000
}

test_foreign_profile_is_closed if not allowed(asks("GET", "/v1/users/bob/profile"))

test_admin_reads_any_profile if {
	allowed(object.union(asks("GET", "/v1/users/bob/profile"), {"claims": {"roles": ["admin"]}}))
}

test_subject_is_no_pattern if {
	not allowed(object.union(asks("GET", "/v1/users/bob/profile"), {"claims": {"sub": "*"}}))
}

test_expired_token_is_refused if refused_because(with_claims({"exp": now - 30}), {"the token has expired"})

test_clock_skew_is_tolerated if {
	allowed(with_claims({"exp": now - 29}))
	allowed(with_claims({"nbf": now + 30}))
}

test_early_token_is_refused if refused_because(with_claims({"nbf": now + 31}), {"the token is not valid yet"})

test_token_without_expiry_is_refused if refused_because(with_claims({"exp": null}), {"the token has no expiry"})

test_expiry_must_be_a_number if refused_because(with_claims({"exp": "never"}), {"the token has no expiry"})

test_foreign_issuer_is_refused if {
	refused_because(with_claims({"iss": "https://evil.example"}), {"the token's issuer is not trusted"})
}

test_audience_may_be_a_list if allowed(with_claims({"aud": ["billing", "orders-api"]}))

test_foreign_audience_is_refused if {
	refused_because(with_claims({"aud": ["billing"]}), {"the token is for another audience"})
}

test_token_without_subject_is_refused if refused_because(with_claims({"sub": ""}), {"the token names no subject"})

test_malformed_claims_are_refused if {
	refused_because(with_claims({"nbf": "soon"}), {"the token is not valid yet"})
	refused_because(with_claims({"sub": 7}), {"the token names no subject"})
	refused_because(with_claims({"scope": 7}), {"scope orders:read is missing"})
	every malformed in ["alice", 7, [], {}, null] {
		not allowed({"method": "GET", "path": "/v1/orders", "claims": malformed})
	}
}

test_route_without_scopes_needs_a_valid_token if {
	routes := [{"methods": ["GET"], "path": "/v1/ping"}]
	allowed(asks("GET", "/v1/ping")) with data.api.routes as routes
	refused_because({"method": "GET", "path": "/v1/ping"}, {"the token is missing"}) with data.api.routes as routes
}

test_paths_that_servers_read_differently_are_refused if {
	every path in {
		"/v1/orders/../users/bob/profile",
		"/v1/orders/.",
		"/v1/orders/%2e%2e",
		"/v1//orders",
		"/v1/orders/",
		"v1/orders",
		"/",
		"",
	} {
		refused_because(asks("GET", path), {"the path is not canonical", "no route matches"})
	}
}

test_every_route_is_reachable if {
	every route in data.api.routes {
		some method in route.methods
		path := replace(replace(replace(route.path, ":subject", "alice"), "**", "a/b"), "*", "x")
		allowed(object.union(asks(method, path), {"claims": {
			"scope": concat(" ", object.get(route, "scopes", [])),
			"roles": object.get(route, "roles", []),
		}}))
	}
}
