# METADATA
# description: Orders are for the gateway to ask, in a hero's name.
package base.orders

import data.base.request

default allow := false

allow if request.is_status

allow if {
	request.actor == "gateway"
	"order" in request.scopes
}
