package shop

allow if input.role in data.shop.roles
