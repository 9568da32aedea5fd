# METADATA
# title: Kubernetes admission
# description: >-
#   Decides about workloads before the cluster stores them: where images come from, which labels they carry,
#   what they may use, and what they may do to their node. The input is an AdmissionReview.
package kubernetes

# METADATA
# title: May the object be stored?
# entrypoint: true
default allow := false

allow if {
	input.request.uid
	count(deny) == 0
}

# METADATA
# title: What is wrong with the object
# entrypoint: true
deny contains message if {
	not exempt
	some message in problems
}

# METADATA
# title: The AdmissionReview to answer with
# entrypoint: true
review := {
	"apiVersion": "admission.k8s.io/v1",
	"kind": "AdmissionReview",
	"response": response,
}

response := {"uid": input.request.uid, "allowed": true} if allow

response := {
	"uid": input.request.uid,
	"allowed": false,
	"status": {"code": 403, "message": concat("; ", sort(deny))},
} if {
	not allow
}

# --- What is looked at ---

exempt if input.request.namespace in data.kubernetes.exempt_namespaces

# Deleting needs no inspection.
exempt if input.request.operation == "DELETE"

object_kind := input.request.object.kind

pod := input.request.object.spec if object_kind == "Pod"

pod := input.request.object.spec.template.spec if {
	object_kind in {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"}
}

pod := input.request.object.spec.jobTemplate.spec.template.spec if object_kind == "CronJob"

# With a name and an image even where they are missing, so that no message is lost with them.
containers contains object.union({"name": "without name", "image": ""}, container) if {
	some field in ["containers", "initContainers", "ephemeralContainers"]
	some container in pod[field]
}

# --- Problems ---

problems contains "the request has no object" if not input.request.object

problems contains sprintf("%s has no label %s", [object_kind, label]) if {
	pod
	some label in data.kubernetes.required_labels
	object.get(input.request.object, ["metadata", "labels", label], "") == ""
}

problems contains sprintf("container %s: image %s is not from an allowed registry", [container.name, container.image]) if {
	some container in containers
	not registry_allowed(container.image)
}

problems contains sprintf("container %s: image %s has no fixed version", [container.name, container.image]) if {
	some container in containers
	not version_fixed(container.image)
}

problems contains sprintf("container %s has no %s limit", [container.name, resource]) if {
	some container in containers
	some resource in ["cpu", "memory"]
	not container.resources.limits[resource]
}

problems contains sprintf("container %s: memory limit %s is over %s", [container.name, limit, most]) if {
	some container in containers
	limit := container.resources.limits.memory
	quantity_readable("memory", limit)
	most := data.kubernetes.limits.memory
	bytes(limit) > bytes(most)
}

problems contains sprintf("container %s: cpu limit %v is over %v", [container.name, limit, most]) if {
	some container in containers
	limit := container.resources.limits.cpu
	quantity_readable("cpu", limit)
	most := data.kubernetes.limits.cpu
	cores(limit) > cores(most)
}

problems contains sprintf("container %s: %s limit %v is not a quantity", [container.name, resource, limit]) if {
	some container in containers
	some resource, limit in container.resources.limits
	not quantity_readable(resource, limit)
}

problems contains sprintf("container %s is privileged", [container.name]) if {
	some container in containers
	container.securityContext.privileged
}

problems contains sprintf("container %s may gain privileges", [container.name]) if {
	some container in containers
	object.get(container, ["securityContext", "allowPrivilegeEscalation"], true)
}

problems contains sprintf("container %s may run as root", [container.name]) if {
	some container in containers
	not runs_as_other(container)
}

problems contains sprintf("container %s adds capability %s", [container.name, capability]) if {
	some container in containers
	some capability in container.securityContext.capabilities.add
	not capability in data.kubernetes.allowed_capabilities
}

problems contains sprintf("the pod uses the node's %s", [what]) if {
	some field, what in {"hostNetwork": "network", "hostPID": "processes", "hostIPC": "shared memory"}
	pod[field]
}

problems contains sprintf("volume %s is a path of the node", [object.get(volume, "name", "without name")]) if {
	some volume in pod.volumes
	volume.hostPath
}

# --- Images ---

# An image without a registry comes from Docker Hub, so the first part counts as one only where it looks like a host.
registry(image) := host if {
	host := split(image, "/")[0]
	contains(image, "/")
	regex.match(`[.:]|^localhost$`, host)
}

registry_allowed(image) if registry(image) in data.kubernetes.allowed_registries

version_fixed(image) if regex.match(`@sha256:[0-9a-f]{64}$`, image)

version_fixed(image) if {
	parts := split(image, "/")
	[_, tag] := split(parts[count(parts) - 1], ":")
	not tag in {"", "latest"}
}

# --- Limits and users ---

# `m` is a thousandth of a core.
cores(quantity) := quantity if is_number(quantity)

cores(quantity) := units.parse(quantity) if is_string(quantity)

bytes(quantity) := quantity if is_number(quantity)

bytes(quantity) := units.parse_bytes(quantity) if is_string(quantity)

quantity_patterns := {
	"cpu": `^[0-9]+(\.[0-9]+)?m?$`,
	"memory": `^[0-9]+(\.[0-9]+)?([KMGTPE]i?)?$`,
}

quantity_readable(_, quantity) if is_number(quantity)

quantity_readable(resource, quantity) if {
	is_string(quantity)
	regex.match(quantity_patterns[resource], quantity)
}

quantity_readable(resource, _) if not resource in {"cpu", "memory"}

# A container's own setting goes before the pod's.
runs_as_other(container) if container.securityContext.runAsNonRoot

runs_as_other(container) if {
	not "runAsNonRoot" in object.keys(object.get(container, "securityContext", {}))
	pod.securityContext.runAsNonRoot
}
