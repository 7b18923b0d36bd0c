#include <dynamo/protocol/operation.hpp>

#include <dynamo/json/cursor.hpp>
#include <dynamo/protocol/detail/read_item_collection.hpp>

#include <algorithm>
#include <cassert>
#include <charconv>

namespace dynamo::detail {

prepared_call::prepared_call(std::shared_ptr<endpoint> via, result<request> prepared,
                             std::shared_ptr<void> state) noexcept
    : via_(or_absent(std::move(via))), request_(std::move(prepared)), state_(std::move(state)) {}
prepared_call::prepared_call(prepared_call&&) noexcept = default;
prepared_call& prepared_call::operator=(prepared_call&&) noexcept = default;
prepared_call::~prepared_call() = default;
prepared_call prepared_call::with_state(std::shared_ptr<void> state) && {
  state_ = std::move(state);
  return std::move(*this);
}

void prepared_call::end_within(std::chrono::milliseconds time) {
  if (!request_) return;
  const auto end = std::chrono::steady_clock::now() + time;
  request_->deadline = std::min(request_->deadline.value_or(end), end);
}

void prepared_call::stop_when(std::stop_token token) {
  if (request_) request_->stop = std::move(token);
}

result<request> prepared_call::take(std::shared_ptr<endpoint>& via) {
  if (!via_) {
    return fail(errc::invalid_argument,
                "This operation was run before, or moved from: make another one, since each is for one call");
  }
  via = std::move(via_);
  return std::move(request_);
}

prepared_call::received::received(prepared_call& call) : outcome_(reply()) {
  std::shared_ptr<endpoint> via;
  if (auto r = call.take(via)) {
    outcome_ = via->call(*std::move(r));
  } else {
    outcome_ = std::unexpected(std::move(r).error());
  }
}
prepared_call::received::~received() = default;

namespace {

std::optional<double> read_amount(json::cursor& at) {
  const std::string_view digits = at.read_number();
  double amount = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), amount).ec != std::errc()) return std::nullopt;
  return amount;
}

/// {"near":{"VectorWriteRequestBytes":1024.0},...}: the sum.
std::optional<double> read_vector_writes(json::cursor& at) {
  std::optional<double> sum;
  std::string_view name;
  at.begin_object();
  while (at.next_name(name)) {
    if (!at.begin_object()) return sum;
    while (at.next_name(name)) {
      if (name != "VectorWriteRequestBytes") {
        at.skip();
      } else if (const auto bytes = read_amount(at)) {
        sum = sum.value_or(0) + *bytes;
      }
    }
  }
  return sum;
}

void read_capacity(json::cursor& at, call_details& details) {
  std::string_view name;
  at.begin_object();
  while (at.next_name(name)) {
    if (name == "CapacityUnits") {
      if (const auto units = read_amount(at)) details.capacity_units = units;
    } else if (name == "VectorSearchRequestBytes") {
      details.vector_search_bytes = read_amount(at);
    } else if (name == "VectorIndexes" && at.peek() == json::token::object) {
      details.vector_write_bytes = read_vector_writes(at);
    } else {
      at.skip();
    }
  }
}

}  // namespace

call_details read_details(const reply& answer) {
  call_details details;
  details.request_id = answer.request_id;
  details.attempts = answer.attempts;
  json::cursor at(answer.body);
  std::string_view name;
  if (!at.begin_object()) return details;
  while (at.next_name(name)) {
    if (name == "ItemCollectionMetrics" && at.peek() == json::token::object) {
      item_collection one = read_item_collection(at);
      if (!one.key.empty()) details.item_collections.push_back(std::move(one));
      continue;
    }
    if (name != "ConsumedCapacity" || at.peek() != json::token::object) {
      at.skip();
      continue;
    }
    read_capacity(at, details);
  }
  return details;
}

void request_details(request& r, bool by_index) {
  assert(r.body.size() >= 2 && r.body.back() == '}');
  r.body.truncate(r.body.size() - 1);
  if (r.body.back() != '{') r.body.append(',');
  r.body.append(by_index ? R"("ReturnConsumedCapacity":"INDEXES"})" : R"("ReturnConsumedCapacity":"TOTAL"})");
}

}  // namespace dynamo::detail
