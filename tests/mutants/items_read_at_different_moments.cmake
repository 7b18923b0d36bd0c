# TransactGetItems reads each item as it is by then, not all as they were at one moment.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[moment_(core.rows->snapshot()), response_(*p_)]==] [==[moment_(core.rows->snapshot()), response_(*p_), now_(*core.rows)]==])
replace([==[      const auto found = moment_->get(keys_[next_], taken);
]==] [==[      const auto found = now_.get(keys_[next_], taken);
]==])
replace([==[  transact_get_response response_;
  std::size_t next_ = 0;
]==] [==[  transact_get_response response_;
  const store& now_;
  std::size_t next_ = 0;
]==])
save()
