package loan_test

import data.loan

test_adult if loan.allow with input.age as 18

test_child if loan.allow == false with input.age as 17
