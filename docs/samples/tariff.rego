package tariff

default price := 10

price := 5 if input.age < 14

price := 7 if input.age >= 65
