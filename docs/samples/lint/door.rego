package door

default allow := true

allow := false if {
	"gold" == input.badge
	input.badge == "blue"
}
