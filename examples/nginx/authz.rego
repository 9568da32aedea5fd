# Verdict asks this policy about every request that it gets (run it with --authorization=basic).
package system.authz

default allow := false

# nginx asks for /health and says in headers which request of a client it is about.
# It overwrites these headers, so clients cannot forge them.
allow if {
	input.method == "GET"
	input.path == ["health"]

	# The other policy is asked about the client's request.
	# verdict ignore:with-outside-test-context
	data.pages.allow with input as asked
}

asked := {
	"method": input.headers["X-Original-Method"][0],
	"path": split(trim(split(input.headers["X-Original-Uri"][0], "?")[0], "/"), "/"),
	"token": object.get(input.headers, ["X-Original-Token", 0], ""),
}
