# Who may see which page.
package pages

default allow := false

allow if input.path[0] == "public"

allow if {
	input.method in {"GET", "HEAD"}
	input.path[0] in data.teams[input.token].folders
}
