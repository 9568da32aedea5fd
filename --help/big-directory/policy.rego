package directory

default allow := false

allow if {
	person := data.people[input.subject]
	person.active
	some group in reachable_groups
	data.groups[group].perms[input.permission]
}

reachable_groups := graph.reachable(parents, {g | some g in data.people[input.subject].groups})

parents[name] := group.parents if some name, group in data.groups
