package tenants_test

import data.tenants

caller(user, tenant, roles) := {"user": user, "tenant": tenant, "roles": roles}

ids(someone) := {id | some id, _ in seen(someone)}

seen(someone) := documents if documents := tenants.visible with input as {"caller": someone}

allowed(someone, action, document) if {
	tenants.allow with input as {"caller": someone, "action": action, "document": document}
}

test_member_sees_own_tenant_only if ids(caller("ann", "acme", ["member"])) == {"a1", "a2"}

test_manager_sees_restricted_documents if ids(caller("moe", "acme", ["manager"])) == {"a1", "a2", "a3"}

test_guest_sees_public_documents if ids(caller("guy", "acme", ["guest"])) == {"a1"}

test_owner_sees_own_restricted_document if "a3" in ids(caller("max", "acme", ["member"]))

test_shared_public_document_is_seen if ids(caller("gil", "globex", ["member"])) == {"a1", "g1", "g2"}

test_shared_internal_document_is_not_seen if not "a2" in ids(caller("gil", "globex", ["manager"]))

test_inactive_tenant_sees_nothing if ids(caller("ina", "initech", ["manager"])) == set()

test_documents_of_inactive_tenant_are_not_shared if not "i1" in ids(caller("ann", "acme", ["manager"]))

test_unknown_tenant_sees_nothing if ids(caller("ann", "umbrella", ["manager"])) == set()

test_missing_input_sees_nothing if {
	tenants.visible == {} with input as {}
	not tenants.allow with input as {}
}

test_sensitive_fields_are_removed if {
	not seen(caller("ann", "acme", ["member"])).a1.price
	seen(caller("ann", "acme", ["member", "finance"])).a1.price == 120
}

test_other_tenant_learns_no_owner if {
	seen(caller("gil", "globex", ["member"])).a1 == {"tenant": "acme", "level": "public", "title": "Catalogue"}
}

test_own_tenant_sees_owner if seen(caller("gil", "globex", ["member"])).g1.owner == "gil"

test_reading_follows_visibility if {
	allowed(caller("ann", "acme", ["member"]), "read", "a2")
	not allowed(caller("ann", "acme", ["member"]), "read", "a3")
	not allowed(caller("ann", "acme", ["member"]), "read", "g2")
}

test_owner_and_manager_write if {
	allowed(caller("ann", "acme", ["member"]), "update", "a1")
	allowed(caller("moe", "acme", ["manager"]), "delete", "a1")
	not allowed(caller("bob", "acme", ["member"]), "update", "a1")
}

test_inactive_tenant_does_not_write if not allowed(caller("ina", "initech", ["manager"]), "update", "i1")

test_unknown_level_is_for_the_owner_only if {
	documents := {"x": {"tenant": "acme", "owner": "ann", "level": "secret"}}
	tenants.visible == {} with input as {"caller": caller("moe", "acme", ["manager"])}
		with data.tenants.documents as documents
	tenants.visible == documents with input as {"caller": caller("ann", "acme", ["guest"])}
		with data.tenants.documents as documents
}

test_other_tenants_never_write if not allowed(caller("ann", "globex", ["manager"]), "update", "a1")

test_unknown_action_and_document_are_refused if {
	not allowed(caller("ann", "acme", ["manager"]), "publish", "a1")
	not allowed(caller("ann", "acme", ["manager"]), "read", "a9")
}

test_caller_without_roles_is_a_plain_member if {
	tenants.allow with input as {"caller": {"user": "bob", "tenant": "acme"}, "action": "read", "document": "a2"}
}

test_rows_of_the_request_are_filtered if {
	tenants.rows == [{"id": 1, "tenant": "acme", "level": "public"}] with input as {
		"caller": caller("ann", "acme", ["member"]),
		"rows": [
			{"id": 1, "tenant": "acme", "level": "public", "price": 5},
			{"id": 2, "tenant": "acme", "level": "restricted", "owner": "max"},
			{"id": 3, "tenant": "globex", "level": "public"},
			{"id": 4, "level": "public"},
		],
	}
}

test_rows_are_empty_without_input if tenants.rows == [] with input as {}

test_a_row_is_selected_as_it_would_be_read if {
	row := {"tenant": "acme", "level": "internal", "owner": "max"}
	tenants.selected with input as {"caller": caller("ann", "acme", ["member"]), "documents": row}
	not tenants.selected with input as {"caller": caller("ann", "acme", ["guest"]), "documents": row}
	tenants.selected with input as {"caller": caller("max", "acme", ["guest"]), "documents": row}
	not tenants.selected with input as {"caller": caller("gil", "globex", ["manager"]), "documents": row}
}
