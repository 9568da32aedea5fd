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

# Where the kinds that run containers keep the specification of their pods.
pod_paths := {
	"Pod": ["spec"],
	"Deployment": ["spec", "template", "spec"],
	"StatefulSet": ["spec", "template", "spec"],
	"DaemonSet": ["spec", "template", "spec"],
	"ReplicaSet": ["spec", "template", "spec"],
	"ReplicationController": ["spec", "template", "spec"],
	"Job": ["spec", "template", "spec"],
	"CronJob": ["spec", "jobTemplate", "spec", "template", "spec"],
}

object_kind := input.request.object.kind

pod := specification if {
	specification := object.get(input.request.object, pod_paths[object_kind], null)
	is_object(specification)
}

container_fields := ["containers", "initContainers", "ephemeralContainers"]

# With a name and an image even where they are missing, so that no message is lost with them.
containers contains object.union({"name": "without name", "image": ""}, container) if {
	some field in container_fields
	some container in pod[field]
	is_object(container)
}

# --- Problems ---

# What cannot be inspected is not let through.
problems contains "the request has no object" if not object_present

object_present if is_object(input.request.object)

problems contains sprintf("%v has no pod specification", [object_kind]) if {
	pod_paths[object_kind]
	not pod
}

problems contains sprintf("%v is not a list of containers", [field]) if {
	some field in container_fields
	listed := object.get(pod, field, [])
	not containers_listed(listed)
}

containers_listed(list) if {
	is_array(list)
	every container in list {
		is_object(container)
	}
}

problems contains sprintf("%v has no label %v", [object_kind, label]) if {
	pod
	some label in data.kubernetes.required_labels
	object.get(input.request.object, ["metadata", "labels", label], "") == ""
}

problems contains message if {
	some container in containers
	not registry_allowed(container.image)
	message := sprintf("container %v: image %v is not from an allowed registry", [container.name, container.image])
}

problems contains sprintf("container %v: image %v has no fixed version", [container.name, container.image]) if {
	some container in containers
	not version_fixed(container.image)
}

problems contains sprintf("container %v has no %v limit", [container.name, resource]) if {
	some container in containers
	some resource in ["cpu", "memory"]
	not container.resources.limits[resource]
}

problems contains sprintf("container %v: memory limit %v is over %v", [container.name, limit, most]) if {
	some container in containers
	limit := container.resources.limits.memory
	quantity_readable("memory", limit)
	most := data.kubernetes.limits.memory
	bytes(limit) > bytes(most)
}

problems contains sprintf("container %v: cpu limit %v is over %v", [container.name, limit, most]) if {
	some container in containers
	limit := container.resources.limits.cpu
	quantity_readable("cpu", limit)
	most := data.kubernetes.limits.cpu
	cores(limit) > cores(most)
}

problems contains sprintf("container %v: %v limit %v is not a quantity", [container.name, resource, limit]) if {
	some container in containers
	some resource, limit in container.resources.limits
	not quantity_readable(resource, limit)
}

problems contains sprintf("container %v is privileged", [container.name]) if {
	some container in containers
	container.securityContext.privileged
}

problems contains sprintf("container %v may gain privileges", [container.name]) if {
	some container in containers
	object.get(container, ["securityContext", "allowPrivilegeEscalation"], true)
}

problems contains sprintf("container %v may run as root", [container.name]) if {
	some container in containers
	not runs_as_other(container)
}

problems contains sprintf("container %v adds capability %v", [container.name, capability]) if {
	some container in containers
	some capability in container.securityContext.capabilities.add
	not capability in data.kubernetes.allowed_capabilities
}

problems contains sprintf("the pod uses the node's %v", [what]) if {
	some field, what in {"hostNetwork": "network", "hostPID": "processes", "hostIPC": "shared memory"}
	pod[field]
}

problems contains sprintf("volume %v is a path of the node", [object.get(volume, "name", "without name")]) if {
	some volume in pod.volumes
	volume.hostPath
}

# --- Images ---

# An image without a registry comes from Docker Hub, so the first part counts as one only where it looks like a host.
registry(image) := host if {
	is_string(image)
	contains(image, "/")
	host := split(image, "/")[0]
	regex.match(`[.:]|^localhost$`, host)
}

registry_allowed(image) if registry(image) in data.kubernetes.allowed_registries

version_fixed(image) if {
	is_string(image)
	regex.match(`@sha256:[0-9a-f]{64}$`, image)
}

version_fixed(image) if {
	is_string(image)
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
	object.get(container, ["securityContext", "runAsNonRoot"], null) == null
	pod.securityContext.runAsNonRoot
}
