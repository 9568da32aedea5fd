# METADATA
# title: API authorisation
# description: >-
#   Decides whether a request may pass, from its route and the claims of its access token.
#   The gateway has verified the token's signature and hands over the claims.
package api

# METADATA
# title: May this request pass?
# entrypoint: true
default allow := false

allow if {
	some route in routes_matching
	route.public
}

allow if {
	token_valid
	some route in routes_matching
	permitted(route)
}

# METADATA
# title: Why the request may not pass
# description: Empty exactly where allow is true.
# entrypoint: true
reasons contains "the path is not canonical" if {
	is_string(input.path)
	not path_canonical
}

reasons contains "no route matches" if count(routes_matching) == 0

reasons contains reason if {
	routes_protected
	some reason in token_problems
}

reasons contains sprintf("scope %s is missing", [scope]) if {
	token_valid
	not allow
	some route in routes_matching
	some scope in route.scopes
	not scope in scopes
}

reasons contains sprintf("one of the roles %s is needed", [concat(", ", route.roles)]) if {
	token_valid
	not allow
	some route in routes_matching
	not role_held(route)
}

# METADATA
# title: The decision and its reasons in one answer
# entrypoint: true
decision := {"allow": allow, "reasons": reasons}

# --- Routes ---

# A path with empty, dotted or escaped segments may mean another route to the service than it does here.
path_canonical if {
	is_string(input.path)
	startswith(input.path, "/")
	every segment in split(substring(input.path, 1, -1), "/") {
		regex.match(`^[A-Za-z0-9_~:@-][A-Za-z0-9._~:@-]*$`, segment)
	}
}

routes_matching contains route if {
	path_canonical
	some route in data.api.routes
	input.method in route.methods
	glob.match(pattern(route), ["/"], input.path)
}

routes_protected if {
	count(routes_matching) > 0
	every route in routes_matching {
		not route.public
	}
}

pattern(route) := route.path if not contains(route.path, ":subject")

# `:subject` stands for the caller, quoted, so that a subject named "*" matches no other.
pattern(route) := replace(route.path, ":subject", glob.quote_meta(input.claims.sub)) if {
	contains(route.path, ":subject")
	subject_named
}

permitted(route) if {
	every scope in object.get(route, "scopes", []) {
		scope in scopes
	}
	role_held(route)
}

role_held(route) if not route.roles

role_held(route) if {
	some role in route.roles
	role in input.claims.roles
}

# --- Token ---

scopes contains scope if {
	is_string(input.claims.scope)
	some scope in split(input.claims.scope, " ")
}

token_valid if {
	subject_named
	issuer_trusted
	audience_named
	expiry_known
	not token_expired
	not token_early
}

token_problems contains "the token is missing" if not input.claims

token_problems contains "the token names no subject" if {
	input.claims
	not subject_named
}

token_problems contains "the token's issuer is not trusted" if {
	input.claims
	not issuer_trusted
}

token_problems contains "the token is for another audience" if {
	input.claims
	not audience_named
}

token_problems contains "the token has no expiry" if {
	input.claims
	not expiry_known
}

token_problems contains "the token has expired" if token_expired

token_problems contains "the token is not valid yet" if token_early

subject_named if {
	is_string(input.claims.sub)
	input.claims.sub != ""
}

issuer_trusted if input.claims.iss in data.api.issuers

# RFC 7519 allows one audience or a list of them.
audience_named if input.claims.aud == data.api.audience

audience_named if data.api.audience in input.claims.aud

expiry_known if is_number(input.claims.exp)

token_expired if {
	expiry_known
	now >= input.claims.exp + data.api.clock_skew_seconds
}

token_early if {
	is_number(input.claims.nbf)
	now < input.claims.nbf - data.api.clock_skew_seconds
}

# A start that cannot be read is a start that has not come.
token_early if {
	start := input.claims.nbf
	not is_number(start)
}

now := time.now_ns() / 1000000000
