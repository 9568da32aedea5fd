# METADATA
# title: Everything once
package a.b["c"]

import data.users as people
import input.request
import rego.v1

default allow := false

default f(_) := 0

allow if {
	some i, user in people
	user.name == `raw`
	not user.blocked
	every role in user.roles { role != "guest" }
} else := false if request.method in {"GET", "HEAD"}

f(x) := y if y := x + 1

g([x, {"k": y}]) := {x: y, "n": -1.5e3}

p contains x if some x in [1, 2, 3]

q[x].r[y] := z if {
	[x, y] = input.pair
	z := {v | v := input.list[_]; v > 1}
}

t := $"user {input.user} of {count(people)}"

s := {k: v | some k, v in people} with input.x as 1 with data.users as {}

w := [a | a := input[b][_]] if b := "k"

e := set() | {1} & {2} - {3}
