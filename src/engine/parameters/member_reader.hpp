#pragma once

#include "member.hpp"
#include "parameter_reader.hpp"
#include "violations.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace dynamo::engine {

/// Whether a name of a table or an index may have it.
bool is_name_letter(char) noexcept;

/// Reads values by what is declared of them, and notes what violates that.
class member_reader {
 public:
  member_reader(parameter_reader& in, violations& found, const value_place* place = nullptr)
      : in_(in), found_(found), place_(place) {}

  parameter_reader& in() noexcept { return in_; }

  /// Reads the object where the reader stands. What is required must be there.
  template <class P, std::size_t Count>
  void structure(P& parameters, const member_list<P, Count>& declared) {
    read_structure(&parameters, declared.members, declared.shape);
  }
  /// Calls `read(member_reader&, std::size_t which)` for each element of the list, or each member of the map, where the reader stands; what is
  /// violated there is told with its place. For a map it is `read(member_reader&, std::string_view key)`, and its values are named as in Java.
  template <class Read>
  void elements(Read read) {
    if (!in_.at_list()) return;
    in_.cursor().begin_array();
    for (std::size_t which = 0; in_.ok() && in_.cursor().next_element(); ++which) {
      const value_place place{place_, value_place::step::element, which, {}};
      member_reader of_element(in_, found_, &place);
      read(of_element, which);
    }
  }
  template <class Read>
  void entries(std::string_view java_values, Read read) {
    if (!in_.at_map(java_values)) return;
    std::size_t order = 0;
    in_.members([&](std::string_view name) {
      const std::string key(name);  // reading the value ends the view
      const value_place place{place_, value_place::step::map_key, order++, key};
      member_reader of_entry(in_, found_, &place);
      read(of_entry, std::string_view(key));
    });
  }

  /// The value that is being read violates a constraint.
  void violated(std::string_view value, std::string_view constraint) { found_.add(*place_, value, constraint); }
  /// Its length is not within bounds; `echo` is how DynamoDB writes it.
  void check_length(std::int64_t length, bounds, std::string_view echo);

  /// How what is wrong with the request is told.
  const request_wording& wording() const noexcept { return found_.wording(); }
  /// Reads one value, an item or a key in canonical form by `read(json::cursor&, json::value_layer)`, which answers its size. One that is refused is
  /// told after what breaks a constraint, as `worded(error)` has it; nothing then. JSON of the wrong shape refuses the request at once.
  template <class Read, class Worded>
  std::optional<std::size_t> value(Read read, Worded worded) {
    json::cursor& at = in_.cursor();
    const json::cursor before = at;
    const result<std::size_t> size = read(at, wording().values);
    if (size) return *size;
    if (skip_refused(before, size.error())) found_.add_refused(worded(size.error()));
    return std::nullopt;
  }
  template <class Read>
  std::optional<std::size_t> value(Read read) {
    return value(read, [](const error& why) { return why; });
  }
  /// After a value that was refused: reading goes on behind it. False where the request is refused for that, at once.
  bool skip_refused(const json::cursor& before, const error&);
  /// What a value of ExpressionAttributeValues is refused for, as the layer of checks tells it.
  error of_placeholder(std::string_view placeholder, const error&) const;
  /// A value is refused for something else.
  void refuse_value(error why) { found_.add_refused(std::move(why)); }
  /// What is wrong is told in these words, and nothing else beside it.
  void violated_alone(std::string_view words) { found_.add_alone(words); }

 private:
  void read_structure(void* parameters, std::span<const member>, std::string_view shape);
  bool read(void* parameters, const member&);
  bool read_text(void* place, const member&);
  bool read_choice(void* parameters, const member&);
  bool read_number(void* place, const member&);
  bool read_item(json::buffer& canonical);
  void check_bounds(std::int64_t, bounds, std::string_view what, std::string_view echo);
  void read_names(name_map&);
  void read_values(value_map&);
  void read_texts(std::vector<std::string>&, const member&);
  void read_structures(void* list, const member&);
  void check_list_length(std::size_t, const member&, std::size_t begin);
  bool refuse(const member&);

  parameter_reader& in_;
  violations& found_;
  const value_place* place_;  // of the value that is being read; null for the request
};

/// Reads a whole request body, and leaves it to the caller to tell what was found. Errors in DynamoDB's words: serialization, not_supported, and
/// validation where a member is told alone.
template <class P, std::size_t Count>
result<void> read_members(const request& r, P& parameters, const member_list<P, Count>& declared, violations& found) {
  json::cursor at(r.body);
  parameter_reader in(at);
  member_reader(in, found).structure(parameters, declared);
  return in.status();
}
/// The same, and tells it.
template <class P, std::size_t Count>
result<void> read_request(const request& r, P& parameters, const member_list<P, Count>& declared,
                          const request_wording& wording = {}) {
  violations found(wording);
  if (auto read = read_members(r, parameters, declared, found); !read) return read;
  return found.to_result();
}
template <class P, std::size_t Count>
result<P> read_request(const request& r, const member_list<P, Count>& declared, const request_wording& wording = {}) {
  P parameters;
  if (auto read = read_request(r, parameters, declared, wording); !read) return std::unexpected(read.error());
  return parameters;
}

}  // namespace dynamo::engine
