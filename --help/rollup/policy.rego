package billing

by_team[team] := total if {
	some team in {rec.team | some rec in data.records}
	total := sum([rec.cost | some rec in data.records; rec.team == team])
}

over contains team if {
	some team, total in by_team
	total > data.budget[team]
}

report := {"over": over, "top": max([t | some t in by_team]), "teams": count(by_team)}
