"""Benchmark scenarios of different kinds, each a policy, data, an input and a query. Seeded: every run makes the same ones."""
import json, random

SCENARIOS = {}


def scenario(make):
    SCENARIOS[make.__name__.replace("_", "-")] = make
    return make


def all_scenarios():
    return {name: make(random.Random(42)) for name, make in SCENARIOS.items()}


@scenario
def address_list(r):
    """An address against 400 ranges."""
    ranges = [f"10.{r.randrange(256)}.{r.randrange(256)}.0/{r.choice([24, 25, 26, 28])}" for _ in range(400)]
    policy = """package network

default allow := false

allow if {
	some cidr in data.allowed
	net.cidr_contains(cidr, input.source)
	not blocked
}

blocked if {
	some cidr in data.blocked
	net.cidr_contains(cidr, input.source)
}
"""
    return policy, {"allowed": ranges[:300] + ["192.168.7.0/24"], "blocked": ranges[300:]}, {"source": "192.168.7.12"}, "data.network.allow"


@scenario
def document_walk(r):
    """Every path of a nested document."""
    def document(depth):
        if depth == 0:
            return r.choice([1, "x", True, None, "secret"])
        return {f"k{i}": document(depth - 1) if i % 3 else [document(depth - 1) for _ in range(2)] for i in range(4)}

    policy = """package walking

secrets contains path if {
	[path, value] := walk(input.document)
	value == "secret"
}

names contains key if {
	walk(input.document, [path, _])
	count(path) > 0
	key := path[count(path) - 1]
	is_string(key)
}

answer := {"secrets": count(secrets), "names": names}
"""
    return policy, {}, {"document": document(4)}, "data.walking.answer"


@scenario
def else_chain(r):
    """120 branches, of which one near the end holds."""
    branches = [f'{{\n\tinput.score < {i + 1}\n\tinput.region == "r{i % 10}"\n}}' for i in range(120)]
    policy = 'package tiers\n\ntier := "t0" if ' + branches[0]
    policy += "".join(f' else := "t{i}" if {branch}' for i, branch in enumerate(branches) if i > 0) + ' else := "none"\n'
    return policy, {}, {"score": 95.5, "region": "r3"}, "data.tiers.tier"


@scenario
def generated_object(r):
    """An object of 500 members made from the input."""
    policy = """package inventory

index[item.id] := entry if {
	some item in input.items
	entry := {"label": concat("/", [item.owner, item.name]), "total": item.count * item.price, "tags": {t: true | some t in item.tags}}
}
"""
    items = [
        {"id": f"i{i}", "owner": f"o{i % 17}", "name": f"n{i}", "count": i % 50, "price": 1.25 + i % 7, "tags": [f"t{i % 5}", f"t{i % 3}"]}
        for i in range(500)
    ]
    return policy, {}, {"items": items}, "data.inventory.index"


@scenario
def group_join(r):
    """600 orders grouped by customer, and joined with limits."""
    policy = """package orders

per_customer[customer] := summary if {
	some customer in {o.customer | some o in input.orders}
	theirs := [o | some o in input.orders; o.customer == customer]
	summary := {"orders": count(theirs), "total": sum([o.amount | some o in theirs]), "open": count([1 | some o in theirs; o.state == "open"])}
}

flagged contains c if {
	some c, s in per_customer
	s.total > 2000
	some limit in data.limits
	limit.customer == c
	s.open > limit.open
}

answer := {"flagged": flagged, "customers": count(per_customer)}
"""
    orders = [
        {"id": i, "customer": f"c{r.randrange(60)}", "amount": r.randrange(1, 300), "state": r.choice(["open", "paid", "sent"])} for i in range(600)
    ]
    return policy, {"limits": [{"customer": f"c{i}", "open": i % 5} for i in range(200)]}, {"orders": orders}, "data.orders.answer"


@scenario
def overlapping_rules(r):
    """150 partial rules of one set, over 60 resources."""
    policy = "package findings\n\n" + "\n".join(
        f'finding contains msg if {{\n\tsome r in input.resources\n\tr.kind == "k{i % 12}"\n\tr.size > {i}\n\tmsg := sprintf("%s: rule {i}", [r.name])\n}}\n'
        for i in range(150))
    resources = [{"name": f"res{i}", "kind": f"k{i % 15}", "size": r.randrange(160), "tags": {"a": i}} for i in range(60)]
    return policy, {}, {"resources": resources}, "data.findings.finding"


@scenario
def role_inheritance(r):
    """A graph of 120 roles, and what can be reached in it."""
    policy = """package rbac

import data.roles

inherits[role] := object.get(data.parents, role, []) if some role, _ in roles

reachable := graph.reachable(inherits, {r | some r in data.users[input.user].roles})

permissions contains perm if {
	some role in reachable
	some perm in roles[role]
}

decision := {"allow": allow, "count": count(permissions), "via": via}

default allow := false

allow if input.permission in permissions

via contains role if {
	some role in reachable
	input.permission in roles[role]
}
"""
    data = {
        "roles": {f"r{i}": [f"p{(i * 7 + j) % 400}" for j in range(10)] for i in range(120)},
        "parents": {f"r{i}": [f"r{(i * 3 + 1) % 120}", f"r{(i + 40) % 120}"] for i in range(120)},
        "users": {f"u{i}": {"roles": [f"r{i}"]} for i in range(50)},
    }
    return policy, data, {"user": "u7", "permission": "p63"}, "data.rbac.decision"


@scenario
def rule_chain(r):
    """200 rules, each of which asks for the one before."""
    steps = "\n".join(f"step{i} if {{\n\tstep{i - 1}\n\tinput.level >= {i % 7}\n}}\n" for i in range(1, 200))
    return f'package chain\n\nstep0 if input.start\n\n{steps}\nresult := "reached" if step199\n', {}, {"start": True, "level": 9}, "data.chain.result"


@scenario
def set_algebra(r):
    """Unions, differences and intersections of sets of some hundred members."""
    permissions = [f"perm:{i}" for i in range(300)]
    policy = """package sets

held := union({{p | some p in data.roles[r].permissions} | some r in input.roles})

denied := {p | some r in input.roles; some p in data.roles[r].denied}

effective := held - denied

required := {p | some p in input.required}

missing := required - effective

answer := {"allowed": count(missing) == 0, "missing": missing, "shared": count(effective & required), "all": count(held | denied)}
"""
    roles = {f"role{i}": {"permissions": r.sample(permissions, 60), "denied": r.sample(permissions, 8)} for i in range(30)}
    return policy, {"roles": roles}, {"roles": ["role1", "role5", "role9", "role12", "role20"], "required": r.sample(permissions, 25)}, "data.sets.answer"


@scenario
def string_work(r):
    """Functions over 150 names."""
    policy = """package hosts

valid contains h if {
	some h in input.hosts
	normal(h) in data.known
}

normal(h) := trim_suffix(lower(trim_space(h)), ".internal") if contains(h, ".")

normal(h) := lower(h) if not contains(h, ".")

labels[h] := parts if {
	some h in input.hosts
	parts := [upper(p) | some p in split(h, ".")]
	every p in parts { count(p) < 64 }
}

answer := {"valid": valid, "labels": labels}
"""
    known = [f"host{i}" for i in range(0, 200, 2)] + [f"host{i}.zone{i % 9}" for i in range(200)]
    return policy, {"known": known}, {"hosts": [f"Host{i}.zone{i % 9}.internal" if i % 3 else f"Host{i}" for i in range(150)]}, "data.hosts.answer"


@scenario
def shares(r):
    """Quotients, remainders and roundings over 150 amounts."""
    policy = """package shares

parts := [part |
	some order in input.orders
	share := order.amount / order.people
	part := {"each": round(share * 100) / 100, "left": order.pieces % order.people, "flags": bits.and(order.pieces, 7)}
]

answer := {"parts": parts, "highest": max([p.each | some p in parts]), "total": sum(taxed)}

taxed := [amount |
	some order in input.orders
	amount := order.amount * 1.19
]
"""
    orders = [{"amount": round(r.uniform(1, 900), 2), "people": r.randrange(2, 12), "pieces": r.randrange(500)} for _ in range(150)]
    return policy, {}, {"orders": orders}, "data.shares.answer"


@scenario
def quantities(r):
    """Times, versions and sizes of 100 workloads."""
    policy = """package workloads

deny contains message if {
	some w in input.workloads
	units.parse_bytes(w.memory) > units.parse_bytes("512Mi")
	message := sprintf("%s asks for %s of memory, which is more than 512Mi", [w.name, w.memory])
}

deny contains message if {
	some w in input.workloads
	semver.compare(w.version, "2.4.0") < 0
	message := sprintf("%s has version %s", [w.name, w.version])
}

deny contains message if {
	some w in input.workloads
	time.parse_rfc3339_ns(w.built) < time.parse_rfc3339_ns(input.oldest)
	message := sprintf("%s was built on %s", [w.name, time.format(time.parse_rfc3339_ns(w.built))])
}
"""
    workloads = [
        {
            "name": f"workload-{i}",
            "memory": f"{r.choice([64, 128, 256, 512, 1024])}Mi",
            "version": f"{r.randrange(1, 4)}.{r.randrange(9)}.{r.randrange(20)}",
            "built": f"2026-{r.randrange(1, 13):02}-{r.randrange(1, 29):02}T{r.randrange(24):02}:15:00Z",
        }
        for i in range(100)
    ]
    return policy, {}, {"workloads": workloads, "oldest": "2026-03-01T00:00:00Z"}, "data.workloads.deny"


@scenario
def layered_settings(r):
    """Settings of 60 layers merged into one document."""
    policy = """package settings

effective := object.union_n([layer.values | some layer in input.layers; layer.stage in {"all", input.stage}])

answer := json.remove(effective, ["secrets", "service/token"])
"""
    layers = [
        {
            "stage": r.choice(["all", "all", "production", "test"]),
            "values": {"service": {f"key{r.randrange(80)}": i, "token": f"t{i}"}, "limits": {f"limit{i % 9}": {"cpu": i, "memory": i * 2}}, "secrets": {"a": i}, f"own{i}": True},
        }
        for i in range(60)
    ]
    return policy, {}, {"stage": "production", "layers": layers}, "data.settings.answer"
