# A transaction's token is stored, and never found again: what is sent again after a kill is applied again.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[    case request_token::seen::same: replay_ = true; return look_at_items();
]==] [==[    case request_token::seen::same: break;
]==])
save()
