# METADATA
# description: What the world may ask the base.
package base.gateway

import data.base.request

default allow := false

allow if request.is_status

allow if {
	request.method == "POST"
	input.parsed_path == ["checkout"]
	is_in_service
}

allow if {
	request.method == "GET"
	input.parsed_path[0] == "orders"
	count(input.parsed_path) == 2
	is_in_service
}

is_in_service if {
	"order" in request.scopes
	not request.actor
	not data.grounded[input.identity.sub]
}
