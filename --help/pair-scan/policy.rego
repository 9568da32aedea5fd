package bookings

clashes contains [a.id, b.id] if {
	some i, a in input.bookings
	some j, b in input.bookings
	i < j
	a.room == b.room
	a.start < b.start + b.length
	b.start < a.start + a.length
}

total := count(clashes)
