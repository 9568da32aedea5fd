package door

default open := false

open if {
	input.badge == "blue"
	input.hour >= 8
	input.hour < 17
}

open if input.badge in {"gold", "silver"}
