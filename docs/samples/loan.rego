package loan

default allow := false

allow if {
	input.age >= 18
	not input.barred
}
