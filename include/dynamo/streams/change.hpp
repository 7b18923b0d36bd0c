#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/schema/schema.hpp>
#include <dynamo/schema/stream_view.hpp>
#include <dynamo/streams/image.hpp>
#include <dynamo/streams/sequence_number.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo {

template <auto... Members>
struct attribute;

enum class change_kind : std::uint8_t { insert, modify, remove };
std::string_view to_string(change_kind) noexcept;  ///< "INSERT", "MODIFY", "REMOVE"

namespace detail {
class records_reader;
/// Texts of the records that were read together, which their changes share: keys, event ids, region, stream ARN.
struct record_texts;
}  // namespace detail

/// What a change is besides its images.
class change_facts {
 public:
  change_kind kind = change_kind::insert;
  stream_view view = stream_view::none;  ///< what the stream keeps; `none` if the record does not say
  bool by_ttl = false;                   ///< an item that expired was removed by DynamoDB, not by an application
  bool after_gap = false;                ///< records before this one are lost: see streams::continue_after_gap
  dynamo::sequence_number sequence_number;
  std::optional<instant> time;   ///< about when; DynamoDB rounds to seconds. Empty if the record does not say
  std::uint64_t size_bytes = 0;  ///< of keys and images, as DynamoDB counts

  // Views into memory that this change and its copies keep alive. Changes that were read together share it.
  std::string_view event_id() const noexcept;
  std::string_view region() const noexcept;
  std::string_view stream_arn() const noexcept;  ///< empty in what GetRecords answers
  std::string_view keys_json() const noexcept;   ///< DynamoDB JSON
  /// The sequence number as the record spells it, which may begin with zeros: what a function that reports a failure must repeat.
  std::string sequence_number_text() const;

 protected:
  change_facts() noexcept;
  change_facts(const change_facts&);
  change_facts(change_facts&&) noexcept;
  change_facts& operator=(const change_facts&);
  change_facts& operator=(change_facts&&) noexcept;
  ~change_facts();

  /// Reads a key attribute. errc::invalid_argument if it is none of the keys, errc::decoding if it does not fit.
  [[nodiscard]] result<void> read_key(std::string_view attribute, const detail::value_operations&, void* to) const;

 private:
  friend class detail::records_reader;
  struct span {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
  };
  std::string_view text(span) const noexcept;

  std::uint8_t number_digits_ = 0;  // as the record spells it
  std::shared_ptr<const detail::record_texts> texts_;
  span event_id_;
  span region_;
  span stream_arn_;
  span keys_;
};

/// One change of one item, as a stream or a Lambda event reports it. T is the table's struct, or a std::variant of several
/// (see told_apart_by), or dynamo::item.
///
///     if (change.kind == dynamo::change_kind::remove) copy.erase(*change.key(user_id));
///     else if (change.new_image) copy[change.new_image->user_id] = *change.new_image;
///     else if (const dynamo::error* why = change.new_image.problem()) report(*why);
/// An image that does not fit T spoils nothing but itself.
template <class T>
class change : public change_facts {
 public:
  using entity = T;
  image<T> old_image;
  image<T> new_image;

  change() = default;

  /// A key attribute of the item. Keys are always there, whatever the kind and the view type.
  /// errc::invalid_argument if the attribute is none of the table's keys; errc::decoding if it does not fit the member.
  template <auto Member>
  [[nodiscard]] result<type_of_member<Member>> key() const {
    static_assert(detail::image_type<T>::template holds<owner_of<Member>>,
                  "dynamo: this attribute belongs to another table's items");
    static_assert(key_type<type_of_member<Member>>,
                  "dynamo: a key is a string, an enum, a number, a time or binary, and not optional");
    type_of_member<Member> value{};
    const result<void> read =
        read_key(attribute_name<Member>, detail::operations<type_of_member<Member>>::table, &value);
    if (!read) return std::unexpected(read.error());
    return value;
  }
  /// The same: `change.key(user_id)` with `inline constexpr auto user_id = dynamo::attr<&User::user_id>;`.
  template <auto Member>
  [[nodiscard]] result<type_of_member<Member>> key(const attribute<Member>&) const {
    return key<Member>();
  }
};

namespace detail {

/// A vector of changes without its type.
struct change_sink {
  void* changes;
  const image_shape* shape;
  change_facts* (*append)(void* changes);
  void (*drop_last)(void* changes);
  void (*reserve)(void* changes, std::size_t more);
  void* (*emplace)(change_facts*, bool is_new, std::size_t alternative);
  void (*refuse)(change_facts*, bool is_new, error&&);
};

template <class T>
struct change_vector {
  using vector = std::vector<change<T>>;
  static change_facts* append(void* to) { return &static_cast<vector*>(to)->emplace_back(); }
  static void drop_last(void* from) { static_cast<vector*>(from)->pop_back(); }
  static void reserve(void* to, std::size_t more) {
    auto& all = *static_cast<vector*>(to);
    all.reserve(all.size() + more);
  }
  static image<T>& image_of(change_facts* of, bool is_new) {
    auto& one = *static_cast<change<T>*>(of);
    return is_new ? one.new_image : one.old_image;
  }
  static void* emplace(change_facts* of, bool is_new, std::size_t alternative) {
    return image_type<T>::emplace(image_of(of, is_new), alternative);
  }
  static void refuse(change_facts* of, bool is_new, error&& why) { image_of(of, is_new).refuse(std::move(why)); }

  static change_sink sink_of(vector& changes) {
    return {&changes, &image_type<T>::shape, append, drop_last, reserve, emplace, refuse};
  }
};

/// What a text of records says besides the records.
struct records_summary {
  std::size_t count = 0;
  dynamo::sequence_number first;  ///< of the records; 0 if there are none
  dynamo::sequence_number last;
  std::optional<std::string> next_iterator;
};
/// Appends the changes in `padded`, which must be valid UTF-8 followed by json::buffer::padding readable bytes. After a failure
/// the vector holds what was read before it.
[[nodiscard]] result<records_summary> read_records(std::string_view padded, const change_sink&, bool after_gap = false);

/// A record of which no change can be made, although its sequence number can be read.
class unreadable_record {
 public:
  std::size_t before = 0;       ///< it came before this one of the changes
  std::string sequence_number;  ///< as the record spells it
  std::string keys_json;        ///< empty if it has none
  std::optional<error> why;

  unreadable_record() = default;
};
/// The same for a text from outside, whose encoding is checked, and which may also be an array of records or a single one. Records that
/// cannot be read are appended to `unreadable`; without it, and where no sequence number can be read, they are the text's failure.
[[nodiscard]] result<records_summary> read_foreign_records(std::string_view padded, const change_sink&,
                                                           std::vector<unreadable_record>* unreadable = nullptr);

}  // namespace detail

/// The changes in a Lambda function's event, or in an answer to GetRecords: an object with `Records`, an array of records (as EventBridge
/// Pipes hands them over), or a single one (as it comes out of a queue). Members that are not known are passed over, and so are those
/// that only inform, such as SizeBytes and the time, where they cannot be read. errc::decoding, with the place, if the text is not such
/// JSON; an image that does not fit T is no error here, but in its change. Cost: one pass; memory for the changes and one block that they
/// share.
template <class T>
[[nodiscard]] result<std::vector<change<T>>> read_changes(const json::buffer& event) {
  std::vector<change<T>> changes;
  const result<detail::records_summary> read =
      detail::read_foreign_records(event.view(), detail::change_vector<T>::sink_of(changes));
  if (!read) return std::unexpected(read.error());
  return changes;
}
template <class T>
[[nodiscard]] result<std::vector<change<T>>> read_changes(const reply& answer) {
  return read_changes<T>(answer.body);
}
/// The same for a text without padding, which is copied first.
template <class T>
[[nodiscard]] result<std::vector<change<T>>> read_changes(std::string_view event) {
  return read_changes<T>(json::buffer(event));
}

}  // namespace dynamo
