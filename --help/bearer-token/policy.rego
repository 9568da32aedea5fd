package tokens

default allow := false

allow if {
	claims.aud[_] == "shop"
	"orders:write" in split(claims.scope, " ")
}

claims := payload if {
	[valid, _, payload] := io.jwt.decode_verify(input.token, {"secret": data.secret, "iss": "https://issuer.example", "aud": "shop"})
	valid
}
