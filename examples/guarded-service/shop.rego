# METADATA
# description: Who may do what in the shop.
package shop

import input.attributes.request.http

default allow := false

allow := {"allowed": true, "headers": {"X-User": user}} if {
	user := data.keys[http.headers["x-key"]]
	http.method == "GET"
}

allow if http.path == "/status"
