package share

each := 100 / count(input.people)
