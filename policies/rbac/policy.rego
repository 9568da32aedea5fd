# METADATA
# title: Role-based access with inheritance
# description: >-
#   A user holds roles, a role has permissions and inherits those of other roles.
#   Roles that inherit from each other in a circle count as one.
package rbac

# METADATA
# title: May this user do this to this resource?
# entrypoint: true
default allow := false

allow if {
	not suspended
	count(grants) > 0
}

# METADATA
# title: The roles and permissions that say yes
# entrypoint: true
grants contains {"role": role, "permission": permission} if {
	some role in held_roles
	some permission in data.rbac.roles[role].permissions
	action_covered(permission)
	resource_covered(permission)
}

# METADATA
# title: Every role the user holds, inherited ones too
# entrypoint: true
held_roles := graph.reachable(inheritance, assigned)

# METADATA
# title: Why the user may not
# entrypoint: true
reasons contains "the user is unknown" if {
	not user_known
}

reasons contains "the user is suspended" if suspended

reasons contains sprintf("no role of %v allows %v on %v", [input.user, input.action, input.resource]) if {
	user_known
	not suspended
	count(grants) == 0
}

assigned := {role | some role in data.rbac.users[input.user].roles}

# A role that is named but not defined inherits nothing, as if its entry were empty.
inheritance := {role: object.get(definition, "inherits", []) | some role, definition in data.rbac.roles}

# A user named null or not named at all is unknown too; negating the look-up itself would miss that.
user_known if data.rbac.users[input.user]

suspended if data.rbac.users[input.user].suspended

action_covered(permission) if "*" in permission.actions

action_covered(permission) if input.action in permission.actions

resource_covered(permission) if {
	is_string(input.resource)
	glob.match(permission.resource, ["/"], input.resource)
}
