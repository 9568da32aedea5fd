package admission

deny contains msg if {
	some c in containers
	not trusted(c.image)
	msg := sprintf("container %q pulls %v from an untrusted registry", [c.name, c.image])
}

deny contains msg if {
	some c in containers
	not c.resources.limits.memory
	msg := sprintf("container %q has no memory limit", [c.name])
}

deny contains msg if {
	some c in containers
	c.securityContext.privileged == true
	msg := sprintf("container %q is privileged", [c.name])
}

deny contains msg if {
	required := {"app", "team", "cost-centre"}
	missing := required - object.keys(input.request.object.metadata.labels)
	count(missing) > 0
	msg := sprintf("labels missing: %v", [concat(", ", sort(missing))])
}

deny contains msg if {
	some c in containers
	endswith(c.image, ":latest")
	msg := sprintf("container %q uses a floating tag", [c.name])
}

containers contains c if some c in input.request.object.spec.containers
containers contains c if some c in input.request.object.spec.initContainers

trusted(image) if {
	some prefix in {"registry.example/", "mirror.example/"}
	startswith(image, prefix)
}
