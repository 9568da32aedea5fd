# METADATA
# description: The auditors take down what payments tell them.
package base.audit

import data.base.request

default allow := false

allow if request.is_status

allow if {
	request.actor == "payments"
	request.method == "POST"
	"record" in request.scopes
}
