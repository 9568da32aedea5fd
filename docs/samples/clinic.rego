package clinic

default allow := false

allow if {
	input.action in data.clinic.actions[input.role]
	not locked
}

locked if {
	some label in input.record.labels
	label == "sealed"
}
