# METADATA
# description: Who may do what in the shop.
package shop

import input.attributes.request.http as asked

default allow := false

allow := {"allowed": true, "headers": {"X-User": user}} if {
	user := data.keys[asked.headers["x-key"]]
	asked.method == "GET"
}

allow if asked.path == "/status"
