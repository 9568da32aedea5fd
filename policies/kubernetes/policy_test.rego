package kubernetes_test

import data.kubernetes

container := {
	"name": "web",
	"image": "registry.example.com/shop/web:1.4.2",
	"resources": {"limits": {"cpu": "500m", "memory": "512Mi"}},
	"securityContext": {"allowPrivilegeEscalation": false, "runAsNonRoot": true},
}

labels := {"app.kubernetes.io/name": "web", "owner": "shop"}

pod_object(spec) := {
	"apiVersion": "v1",
	"kind": "Pod",
	"metadata": {"name": "web", "labels": labels},
	"spec": spec,
}

workload(kind, spec) := {
	"apiVersion": "apps/v1",
	"kind": kind,
	"metadata": {"name": "web", "labels": labels},
	"spec": spec,
}

creates(made) := {"request": {
	"uid": "705ab4f5",
	"operation": "CREATE",
	"namespace": "shop",
	"object": made,
}}

runs(changes) := creates(pod_object({"containers": [object.union(container, changes)]}))

accepted(request) if {
	kubernetes.allow with input as request
	kubernetes.deny == set() with input as request
}

denied(request, messages) if {
	not kubernetes.allow with input as request
	kubernetes.deny == messages with input as request
}

test_sound_pod_is_accepted if accepted(runs({}))

test_image_by_digest_is_accepted if {
	digest := "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	accepted(runs({"image": sprintf("ghcr.io/shop/web@sha256:%s", [digest])}))
}

test_foreign_registry_is_denied if {
	denied(
		runs({"image": "quay.io/shop/web:1.4.2"}),
		{"container web: image quay.io/shop/web:1.4.2 is not from an allowed registry"},
	)
}

test_allowed_registry_as_a_folder_is_denied if {
	denied(
		runs({"image": "evil.example/registry.example.com/web:1"}),
		{"container web: image evil.example/registry.example.com/web:1 is not from an allowed registry"},
	)
}

test_registry_alone_is_no_image if {
	denied(runs({"image": "ghcr.io:1.27"}), {"container web: image ghcr.io:1.27 is not from an allowed registry"})
	not kubernetes.registry("ghcr.io")
}

test_folder_of_docker_hub_is_no_registry if {
	denied(
		runs({"image": "library/nginx:1.27"}),
		{"container web: image library/nginx:1.27 is not from an allowed registry"},
	) with data.kubernetes.allowed_registries as ["library"]
}

test_image_without_registry_and_version_is_denied if {
	denied(runs({"image": "nginx"}), {
		"container web: image nginx is not from an allowed registry",
		"container web: image nginx has no fixed version",
	})
}

test_latest_is_no_version if {
	denied(
		runs({"image": "ghcr.io/shop/web:latest"}),
		{"container web: image ghcr.io/shop/web:latest has no fixed version"},
	)
}

test_port_of_a_registry_is_no_version if {
	denied(
		runs({"image": "registry.example.com:5000/web"}),
		{
			"container web: image registry.example.com:5000/web is not from an allowed registry",
			"container web: image registry.example.com:5000/web has no fixed version",
		},
	)
}

test_missing_labels_are_named if {
	denied(
		creates(object.union(pod_object({"containers": [container]}), {"metadata": {"labels": {"owner": ""}}})),
		{"Pod has no label owner"},
	)
	denied(
		creates(object.remove(pod_object({"containers": [container]}), ["metadata"])),
		{"Pod has no label owner", "Pod has no label app.kubernetes.io/name"},
	)
}

test_missing_limits_are_named if {
	spec := {"containers": [object.remove(container, ["resources"])]}
	denied(creates(pod_object(spec)), {"container web has no cpu limit", "container web has no memory limit"})
}

test_limits_have_a_ceiling if {
	accepted(runs({"resources": {"limits": {"cpu": 4, "memory": "8Gi"}}}))
	denied(runs({"resources": {"limits": {"cpu": "4001m", "memory": "8193Mi"}}}), {
		"container web: cpu limit 4001m is over 4",
		"container web: memory limit 8193Mi is over 8Gi",
	})
}

test_limit_that_is_no_quantity_is_denied if {
	denied(
		runs({"resources": {"limits": {"memory": "plenty"}}}),
		{"container web: memory limit plenty is not a quantity"},
	)
}

test_container_without_name_and_image_is_denied if {
	denied(creates(pod_object({"containers": [object.remove(container, ["name", "image"])]})), {
		"container without name: image  is not from an allowed registry",
		"container without name: image  has no fixed version",
	})
}

test_privileged_container_is_denied if {
	denied(runs({"securityContext": {"privileged": true}}), {"container web is privileged"})
}

test_container_without_security_context_is_denied if {
	spec := {"containers": [object.remove(container, ["securityContext"])]}
	denied(creates(pod_object(spec)), {"container web may gain privileges", "container web may run as root"})
}

test_setting_of_the_pod_counts_for_its_containers if {
	unset := object.remove(container, ["securityContext"])
	changed := object.union(unset, {"securityContext": {"allowPrivilegeEscalation": false}})
	accepted(creates(pod_object({"securityContext": {"runAsNonRoot": true}, "containers": [changed]})))
}

test_setting_of_the_container_goes_first if {
	changed := object.union(container, {"securityContext": {"runAsNonRoot": false}})
	denied(
		creates(pod_object({"securityContext": {"runAsNonRoot": true}, "containers": [changed]})),
		{"container web may run as root"},
	)
}

test_added_capabilities if {
	accepted(runs({"securityContext": {"capabilities": {"add": ["NET_BIND_SERVICE"]}}}))
	denied(
		runs({"securityContext": {"capabilities": {"add": ["SYS_ADMIN"]}}}),
		{"container web adds capability SYS_ADMIN"},
	)
}

test_init_and_ephemeral_containers_are_inspected if {
	every field in ["initContainers", "ephemeralContainers"] {
		helper := object.union(container, {"name": "helper", "securityContext": {"privileged": true}})
		denied(
			creates(pod_object({"containers": [container], field: [helper]})),
			{"container helper is privileged"},
		)
	}
}

test_node_access_is_denied if {
	spec := {
		"containers": [container],
		"hostNetwork": true,
		"hostPID": true,
		"hostIPC": false,
		"volumes": [{"name": "root", "hostPath": {"path": "/"}}, {"name": "tmp", "emptyDir": {}}],
	}
	denied(creates(pod_object(spec)), {
		"the pod uses the node's network",
		"the pod uses the node's processes",
		"volume root is a path of the node",
	})
}

test_templates_of_workloads_are_inspected if {
	spec := {"template": {"spec": {"containers": [object.union(container, {"image": "nginx:1.27"})]}}}
	messages := {"container web: image nginx:1.27 is not from an allowed registry"}
	every kind in ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"] {
		denied(creates(workload(kind, spec)), messages)
	}
	denied(creates(workload("CronJob", {"jobTemplate": {"spec": spec}})), messages)
}

test_objects_without_pods_pass if {
	accepted(creates({"kind": "ConfigMap", "data": {"a": "b"}}))
	accepted(creates({"kind": "Certificate", "spec": {"template": {"spec": {"hostNetwork": true}}}}))
}

test_exempt_namespace_passes if {
	request := object.union(runs({"image": "nginx"}), {"request": {"namespace": "kube-system"}})
	accepted(request)
}

test_deletion_passes if accepted({"request": {"uid": "1", "operation": "DELETE", "namespace": "shop"}})

test_what_cannot_be_inspected_is_denied if {
	denied(creates("Pod"), {"the request has no object"})
	denied(creates(object.remove(pod_object({}), ["spec"])), {"Pod has no pod specification"})
	denied(creates(workload("Deployment", {"template": "web"})), {"Deployment has no pod specification"})
	denied(creates(pod_object({"containers": {"web": container}})), {"containers is not a list of containers"})
	denied(creates(pod_object({"containers": [container, "web"]})), {"containers is not a list of containers"})
	denied(runs({"image": 7, "securityContext": "none"}), {
		"container web: image 7 is not from an allowed registry",
		"container web: image 7 has no fixed version",
		"container web may gain privileges",
		"container web may run as root",
	})
}

test_missing_input_is_denied if denied({}, {"the request has no object"})

test_request_without_identifier_is_not_allowed if {
	request := object.remove(runs({}).request, ["uid"])
	not kubernetes.allow with input as {"request": request}
	not kubernetes.review with input as {"request": request}
}

test_review_tells_the_cluster if {
	kubernetes.review == {
		"apiVersion": "admission.k8s.io/v1",
		"kind": "AdmissionReview",
		"response": {"uid": "705ab4f5", "allowed": true},
	} with input as runs({})
	kubernetes.review.response == {
		"uid": "705ab4f5",
		"allowed": false,
		"status": {"code": 403, "message": "container web adds capability SYS_ADMIN; container web is privileged"},
	} with input as runs({"securityContext": {"privileged": true, "capabilities": {"add": ["SYS_ADMIN"]}}})
}
