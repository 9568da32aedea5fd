package rbac_test

import data.rbac

asks(user, action, resource) := {"user": user, "action": action, "resource": resource}

allowed(user, action, resource) if rbac.allow with input as asks(user, action, resource)

test_own_permission if allowed("ben", "update", "projects/apollo/documents/plan")

test_inherited_permission if allowed("ben", "read", "projects/apollo/documents/plan")

test_permission_inherited_over_two_roles if allowed("ada", "list", "projects/apollo")

test_inheritance_is_one_way if not allowed("ben", "delete", "projects/apollo/documents/plan")

test_several_roles_add_up if {
	allowed("cleo", "read", "projects/apollo")
	allowed("cleo", "export", "invoices/2026/07")
	not allowed("cleo", "update", "projects/apollo/documents/plan")
}

test_star_covers_every_action if allowed("ada", "impersonate", "users/ben")

test_star_in_resource_is_one_segment if not allowed("ben", "create", "projects/apollo/documents/plan/drafts")

test_effective_roles if {
	rbac.held_roles == {"administrator", "maintainer", "editor", "reader", "accountant"} with input as {"user": "ada"}
}

test_grants_name_the_role if {
	rbac.grants == {{
		"role": "accountant",
		"permission": {"actions": ["read", "list", "export"], "resource": "invoices/**"},
	}} with input as asks("cleo", "list", "invoices/2026")
}

test_suspended_user_is_refused if {
	request := asks("dan", "read", "projects/apollo")
	not rbac.allow with input as request
	rbac.reasons == {"the user is suspended"} with input as request
	rbac.reasons == {"the user is suspended"} with input as asks("dan", "read", "invoices/2026")
}

test_user_without_roles_is_refused if {
	request := asks("eve", "read", "projects/apollo")
	not rbac.allow with input as request
	rbac.reasons == {"no role of eve allows read on projects/apollo"} with input as request
}

test_unknown_user_is_refused if {
	request := asks("mallory", "read", "projects/apollo")
	not rbac.allow with input as request
	rbac.reasons == {"the user is unknown"} with input as request
}

test_missing_input_is_refused if {
	not rbac.allow with input as {}
	rbac.reasons == {"the user is unknown"} with input as {}
}

test_missing_action_is_refused if not rbac.allow with input as {"user": "ben", "resource": "projects/apollo"}

test_resource_must_be_text if not allowed("ada", "read", ["users/ben"])

test_allowed_request_has_no_reasons if {
	rbac.reasons == set() with input as asks("ben", "read", "projects/apollo")
}

test_roles_in_a_circle_count_as_one if {
	circle := {
		"a": {"inherits": ["b"], "permissions": []},
		"b": {"inherits": ["c"], "permissions": [{"actions": ["read"], "resource": "notes/*"}]},
		"c": {"inherits": ["a"]},
	}
	rbac.allow with input as asks("zoe", "read", "notes/1")
		with data.rbac.roles as circle
		with data.rbac.users as {"zoe": {"roles": ["a"]}}
	rbac.held_roles == {"a", "b", "c"} with input as {"user": "zoe"}
		with data.rbac.roles as circle
		with data.rbac.users as {"zoe": {"roles": ["a"]}}
}

test_role_without_definition_grants_nothing if {
	not rbac.allow with input as asks("zoe", "read", "projects/apollo")
		with data.rbac.users as {"zoe": {"roles": ["ghost"]}}
}

test_every_role_named_in_data_is_defined if {
	every definition in data.rbac.roles {
		every role in object.get(definition, "inherits", []) {
			data.rbac.roles[role]
		}
	}
	every user in data.rbac.users {
		every role in user.roles {
			data.rbac.roles[role]
		}
	}
}
