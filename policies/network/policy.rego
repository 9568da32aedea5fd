# METADATA
# title: Network access
# description: >-
#   Decides whether a connection may be opened. What is blocked stays blocked, whatever a rule allows;
#   what no rule allows is refused.
package network

# METADATA
# title: May this connection be opened?
# entrypoint: true
default allow := false

allow if {
	count(denials) == 0
	count(allowing) > 0
}

# METADATA
# title: Why the connection is refused
# entrypoint: true
reasons contains reason if some reason in denials

reasons contains "no rule allows this connection" if {
	count(denials) == 0
	count(allowing) == 0
}

# METADATA
# title: The names of the rules that allow the connection
# entrypoint: true
allowing contains rule.name if {
	addresses_valid
	some rule in data.network.rules
	input.protocol == rule.protocol
	port_covered(rule)
	within(input.source, rule.from)
	within(input.destination, rule.to)
}

# --- Deny before allow ---

denials contains sprintf("%s is not an IP address", [side]) if {
	some side in ["source", "destination"]
	not side_valid(side)
}

denials contains "the port is not a number from 1 to 65535" if not port_valid

denials contains sprintf("source %s is blocked: %s", [input.source, block.reason]) if {
	is_address(input.source)
	some block in data.network.blocked
	net.cidr_contains(block.cidr, input.source)
}

denials contains sprintf("destination %s is blocked: %s", [input.destination, block.reason]) if {
	is_address(input.destination)
	some block in data.network.blocked
	net.cidr_contains(block.cidr, input.destination)
}

denials contains sprintf("port %d is closed: %s", [input.port, closed.reason]) if {
	some closed in data.network.closed_ports
	closed.port == input.port
}

# --- Addresses and ports ---

addresses_valid if {
	is_address(input.source)
	is_address(input.destination)
}

side_valid(side) if is_address(input[side])

is_address(text) if {
	is_string(text)
	some length in ["32", "128"]
	net.cidr_is_valid(concat("/", [text, length]))
}

within(address, groups) if {
	some group in groups
	some cidr in data.network.groups[group]
	net.cidr_contains(cidr, address)
}

port_valid if {
	is_number(input.port)
	input.port == floor(input.port)
	input.port >= 1
	input.port <= 65535
}

port_covered(rule) if input.port in rule.ports

port_covered(rule) if {
	some range in rule.port_ranges
	input.port >= range.first
	input.port <= range.last
}
