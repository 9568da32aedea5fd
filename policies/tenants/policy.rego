# METADATA
# title: Documents of several tenants
# description: >-
#   Filters documents by tenant, so that a caller sees those of their own tenant and those shared with it,
#   and of each document the fields that their roles open.
package tenants

# METADATA
# title: May the caller do this to this document?
# entrypoint: true
default allow := false

allow if {
	input.action == "read"
	visible[input.document]
}

allow if {
	input.action in {"update", "delete"}
	document := data.tenants.documents[input.document]
	caller_active
	document.tenant == input.caller.tenant
	writable(document)
}

# METADATA
# title: Every document that the caller may read, with the fields they may see
# entrypoint: true
visible[id] := view if {
	some id, document in data.tenants.documents
	readable(document)
	view := redacted(document)
}

# METADATA
# title: The rows of the request that the caller may read
# description: For services that keep their documents elsewhere and pass candidates in.
# entrypoint: true
rows := [redacted(row) |
	some row in input.rows
	readable(row)
]

# METADATA
# title: Which rows of a table of documents the caller may read
# description: >-
#   For a database, which is asked with what the Compile API makes of it.
#   Rows have the columns tenant, level and owner.
# entrypoint: true
# compile:
#   unknowns: [input.documents]
selected if {
	caller_active
	input.documents.tenant == input.caller.tenant
	level_held(input.documents)
}

# --- Who reads and writes ---

caller_active if data.tenants.tenants[input.caller.tenant].active

readable(document) if {
	caller_active
	document.tenant == input.caller.tenant
	level_held(document)
}

# What one tenant shares with another, its classified documents excepted.
readable(document) if {
	caller_active
	input.caller.tenant in document.shared_with
	document.level == "public"
	data.tenants.tenants[document.tenant].active
}

level_held(document) if document.level == "public"

level_held(document) if {
	document.level == "internal"
	not "guest" in roles
}

level_held(document) if {
	document.level == "restricted"
	"manager" in roles
}

level_held(document) if document.owner == input.caller.user

writable(document) if document.owner == input.caller.user

writable(_) if "manager" in roles

# --- Fields ---

redacted(document) := object.remove(document, hidden(document))

# Another tenant learns neither the owner nor with whom else the document is shared.
hidden(document) := {"owner", "shared_with"} | sensitive if document.tenant != input.caller.tenant

hidden(document) := sensitive if document.tenant == input.caller.tenant

sensitive contains field if {
	some field, needed in data.tenants.sensitive_fields
	not needed in roles
}

roles := {role | some role in input.caller.roles}
