package paths

default allow := false

allow if {
	count(blocked) == 0
	every p in input.paths { permitted(p) }
}

blocked contains p if {
	some p in input.paths
	some pattern in data.blocked
	regex.match(pattern, p)
}

permitted(p) if {
	some g in data.permitted
	glob.match(g, ["/"], trim_prefix(lower(p), "/"))
}
