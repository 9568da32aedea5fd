package door_test

import data.door

test_blue_opens_by_day if door.open with input as {"badge": "blue", "hour": 9}

test_blue_opens_at_night if door.open with input as {"badge": "blue", "hour": 23}

test_gold_opens_at_night if door.open with input as {"badge": "gold", "hour": 23}
