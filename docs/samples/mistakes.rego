package mistakes

allow if user == "ada"

allow if count(input.roles) > minimum
