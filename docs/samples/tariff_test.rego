package tariff_test

import data.tariff

cases := {
	"child": {"age": 11, "price": 5},
	"adult": {"age": 30, "price": 10},
	"old": {"age": 70, "price": 7},
}

test_price[name] if {
	some name, case in cases
	tariff.price == case.price with input.age as case.age
}
