package shop.access

default allow := false

allow if "owner" in data.members[input.subject]

allow if {
	some permission in granted
	permission.verb == input.verb
	permission.kind == input.kind
}

granted contains permission if {
	some role in data.members[input.subject]
	some permission in data.grants[role]
}
