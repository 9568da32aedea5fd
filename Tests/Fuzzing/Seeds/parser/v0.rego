package old

import future.keywords.in

deny[msg] {
	input.kind == "Pod"
	msg := sprintf("%v", [input.name])
}

allow = true { input.x } else = false { not input.y }

f(x) = y { y = x * 2 }
