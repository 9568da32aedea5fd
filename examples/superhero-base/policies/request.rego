# METADATA
# description: What the policies of all services read of a request.
package base.request

method := input.attributes.request.http.method

# What the caller's token lets its bearer do.
scopes := {scope | some scope in split(input.identity.scope, " ")}

# The service that asks in the caller's name; undefined where the caller asks.
actor := input.identity.act.sub

# Whether a service is up, anybody may know.
is_status if {
	method == "GET"
	input.parsed_path == ["status"]
}
