#include "request_token.hpp"

#include <engine/storage/big_endian.hpp>

#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string_view>
#include <vector>

namespace dynamo::engine {
namespace {

class digest {
 public:
  digest() : state_(XXH3_createState(), &XXH3_freeState) {
    if (!state_) throw std::bad_alloc();
    XXH3_128bits_reset(state_.get());
  }
  // Each with its length, so that no two lists of parts have the same bytes.
  void add(std::string_view part) {
    char size[sizeof(std::uint64_t)];
    store_big_endian(size, static_cast<std::uint64_t>(part.size()));
    XXH3_128bits_update(state_.get(), size, sizeof size);
    XXH3_128bits_update(state_.get(), part.data(), part.size());
  }
  void add_optional(const std::optional<std::string>& part) {
    add(part ? "1" : "0");
    if (part) add(std::string_view(*part));
  }
  // The order of a map's members means nothing.
  template <class Map>
  void add_map(const std::optional<Map>& map) {
    std::vector<std::pair<std::string_view, std::string_view>> members;
    if (map) members.assign(map->begin(), map->end());
    std::ranges::sort(members);
    add(std::to_string(members.size()));
    for (const auto& [name, value] : members) {
      add(name);
      add(value);
    }
  }
  std::array<char, 16> finish() const {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_.get()));
    std::array<char, 16> bytes;
    static_assert(sizeof canonical.digest == sizeof bytes);
    std::memcpy(bytes.data(), canonical.digest, sizeof bytes);
    return bytes;
  }

 private:
  std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state_;
};

}  // namespace

std::array<char, 16> digest_of(const transact_write_parameters& p) {
  digest of;
  for (const transact_action& action : p.actions) {
    of.add(to_string(action.operation));
    of.add(std::string_view(action.table));
    of.add(action.keyed_item());
    of.add_optional(action.expressions.condition_text);
    of.add_optional(action.expressions.update_text);
    of.add_map(action.expressions.names);
    of.add_map(action.expressions.values);
    of.add(action.item_on_failure ? "1" : "0");
    if (!action.statement.empty()) of.add(std::string_view(action.statement));
  }
  return of.finish();
}

request_token::request_token(engine_core& core, const transact_write_parameters& p)
    : core_(core),
      key_(token_key(core.rows->prefix(), *p.token)),
      stripe_(key_locks::stripe_of(key_)),
      digest_(digest_of(p)) {}

result<request_token::seen> request_token::look_up(const key_locks::guard& lock) {
  pending_ = false;
  json::buffer row;
  if (const auto pending = lock.latest(key_)) {
    if (!pending->row) return seen::never;  // it is being forgotten
    row.append(*pending->row);
    pending_ = true;
  } else {
    value_copier copy(row);
    const auto found = core_.rows->get(key_, copy);
    if (!found) return std::unexpected(found.error());
    if (!*found) return seen::never;
  }
  const auto token = read_token_row(row.view());
  if (!token) return std::unexpected(token.error());
  if (token->is_expired(core_.ages->now())) {
    pending_ = false;
    return seen::never;
  }
  return token->digest == digest_ ? seen::same : seen::other;
}

void request_token::lay_down(prepared_change& change) const {
  json::buffer row;
  append_token_row(row, {core_.ages->now(), digest_});
  const std::size_t operation = change.rows.operations().size();
  change.rows.put(key_, row.view());
  change.visible.push_back({operation, stripe_});
}

}  // namespace dynamo::engine
