package network_test

import data.network

opens(source, destination, port) := {
	"source": source,
	"destination": destination,
	"port": port,
	"protocol": "tcp",
}

allowed(source, destination, port) if network.allow with input as opens(source, destination, port)

refused_because(request, reasons) if {
	not network.allow with input as request
	network.reasons == reasons with input as request
}

test_anyone_reaches_the_web if {
	allowed("192.0.2.1", "10.10.3.4", 443)
	network.allowing == {"public-web"} with input as opens("192.0.2.1", "10.10.3.4", 443)
}

test_version_6_addresses if allowed("2001:db8:77::1", "2001:db8:10::8", 443)

test_web_reaches_databases if allowed("10.10.3.4", "10.20.0.5", 5432)

test_allowed_connection_has_no_reasons if {
	network.reasons == set() with input as opens("10.10.3.4", "10.20.0.5", 5432)
}

test_edges_of_a_block_of_addresses if {
	allowed("10.30.7.0", "10.10.0.0", 9100)
	allowed("10.30.7.15", "10.10.255.255", 9199)
	not allowed("10.30.7.16", "10.10.0.1", 9100)
	not allowed("10.30.7.15", "10.11.0.0", 9199)
}

test_edges_of_a_range_of_ports if {
	not allowed("10.30.7.1", "10.10.0.1", 9099)
	not allowed("10.30.7.1", "10.10.0.1", 9200)
}

test_first_and_last_port if {
	every port in [1, 65535] {
		network.allow with input as opens("192.0.2.1", "10.10.3.4", port) with data.network.rules as [{
			"name": "all",
			"protocol": "tcp",
			"from": ["anywhere"],
			"to": ["web"],
			"port_ranges": [{"first": 0, "last": 70000}],
		}]
	}
}

test_nobody_outside_reaches_databases if {
	refused_because(opens("192.0.2.1", "10.20.0.5", 5432), {"no rule allows this connection"})
}

test_rules_have_a_direction if not allowed("10.20.0.5", "10.10.3.4", 5432)

test_protocol_counts if {
	not network.allow with input as object.union(opens("192.0.2.1", "10.10.3.4", 443), {"protocol": "udp"})
}

test_blocked_source_is_refused_though_a_rule_allows if {
	refused_because(
		opens("203.0.113.9", "10.10.3.4", 443),
		{"source 203.0.113.9 is blocked: known scanners"},
	)
}

test_blocked_source_of_version_6 if not allowed("2001:db8:bad::5", "2001:db8:10::8", 443)

test_blocked_source_in_mapped_form if not allowed("::ffff:203.0.113.9", "10.10.3.4", 443)

test_quarantined_destination_is_refused if {
	refused_because(
		opens("10.10.3.4", "10.20.99.1", 5432),
		{"destination 10.20.99.1 is blocked: quarantine"},
	)
}

test_closed_port_is_refused_though_a_range_covers_it if {
	refused_because(opens("10.30.7.1", "10.10.0.1", 9150), {"port 9150 is closed: anonymous relay"})
}

test_every_denial_is_told if {
	refused_because(opens("203.0.113.9", "10.20.99.1", 23), {
		"source 203.0.113.9 is blocked: known scanners",
		"destination 10.20.99.1 is blocked: quarantine",
		"port 23 is closed: telnet sends passwords in the clear",
	})
}

test_malformed_address_is_refused if {
	every source in ["10.10.3", "10.10.3.256", "localhost", "", null, 7, "10.10.3.4/8"] {
		refused_because(opens(source, "10.20.0.5", 5432), {"source is not an IP address"})
	}
}

test_malformed_port_is_refused if {
	every port in ["443", 0, 65536, 443.5, null] {
		refused_because(opens("192.0.2.1", "10.10.3.4", port), {"the port is not a number from 1 to 65535"})
	}
}

test_missing_input_is_refused if {
	refused_because({}, {
		"source is not an IP address",
		"destination is not an IP address",
		"the port is not a number from 1 to 65535",
	})
}

test_every_group_in_data_exists_and_is_valid if {
	every rule in data.network.rules {
		every group in array.concat(rule.from, rule.to) {
			every cidr in data.network.groups[group] {
				net.cidr_is_valid(cidr)
			}
		}
	}
	every block in data.network.blocked {
		net.cidr_is_valid(block.cidr)
	}
}
