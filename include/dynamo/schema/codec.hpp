#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/value/attribute_value.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace dynamo {

namespace detail {

/// Where in an item a codec is at work, for messages only: `info.actors[2]`. Lives on the stack of the function that descends.
struct path_frame {
  const path_frame* outer;
  std::string_view name;  ///< null for a list element
  std::size_t index;
};

/// What encoder and decoder have in common: the place in the item, and the first failure.
class codec_context {
 public:
  bool failed() const noexcept { return problem_.has_value(); }

  /// While it lives, failures are reported for this attribute or element of the enclosing one.
  /// Launders the address of its frame: g++ 14 warns of one that would stay, though the destructor takes it back.
  class scope {
   public:
    scope(codec_context& context, std::string_view name) noexcept : context_(context), frame_{context.where_, name, 0} {
      context.where_ = std::launder(&frame_);
    }
    scope(codec_context& context, std::size_t index) noexcept : context_(context), frame_{context.where_, {}, index} {
      context.where_ = std::launder(&frame_);
    }
    scope(const scope&) = delete;
    scope& operator=(const scope&) = delete;
    ~scope() { context_.where_ = frame_.outer; }
    void element(std::size_t index) noexcept { frame_.index = index; }

   private:
    codec_context& context_;
    path_frame frame_;
  };

 protected:
  void record(errc, std::string_view why);

  const path_frame* where_ = nullptr;
  std::optional<error> problem_;
};

}  // namespace detail

/// Where codecs write: DynamoDB JSON, straight into the request. Failure is sticky; what was written then is not sent.
class encoder : public detail::codec_context {
 public:
  explicit encoder(json::buffer& out) noexcept : out_(out) {}
  json::buffer& out() noexcept { return out_; }

  /// This value cannot be stored: errc::invalid_argument with the attribute's path in front of `why`.
  void fail(std::string_view why) { record(errc::invalid_argument, why); }
  /// Success, or the first failure.
  [[nodiscard]] result<void> finish() &&;

 private:
  json::buffer& out_;
};

/// Where codecs read from: a cursor over a reply. Failure is sticky and stops the cursor.
class decoder : public detail::codec_context {
 public:
  explicit decoder(json::cursor& in) noexcept : in_(in) {}
  json::cursor& in() noexcept { return in_; }

  /// The stored value does not fit the type: errc::decoding with the attribute's path in front of `why`.
  void fail(std::string_view why);
  /// Shorthand for: expected `wanted`, found a value of type `found`.
  void wrong_type(attribute_type found, std::string_view wanted);
  /// True when `found` is `wanted`; otherwise wrong_type().
  bool expect(attribute_type found, attribute_type wanted) {
    if (found == wanted) [[likely]]
      return true;
    return accept_instead(found, wanted);
  }
  /// For what the caller wrote, as opposed to what a table holds: a name that the struct does not have is a failure.
  void refuse_unknown_names() noexcept { unknown_names_refused_ = true; }
  bool unknown_names_refused() const noexcept { return unknown_names_refused_; }
  /// The values were made of plain JSON, which has neither sets nor binaries: a list is read as a set, and base64 text as bytes.
  void accept_plain_json() noexcept { plain_json_ = true; }
  /// Success, or the first failure, malformed JSON included.
  [[nodiscard]] result<void> finish() &&;

 private:
  bool accept_instead(attribute_type found, attribute_type wanted);

  json::cursor& in_;
  bool unknown_names_refused_ = false;
  bool plain_json_ = false;
};

/// How a C++ type becomes an attribute value and back. Specialise it for a type of your own, either in terms of a type that
/// has a codec (see codec_via), or from scratch with these members:
///
///     static constexpr attribute_type stored = attribute_type::S;  // left out when it varies; S, N and B can be keys
///     static void write(encoder&, const T&);                        // one whole value: {"S":"..."}
///     static void read(decoder&, attribute_type found, T&);         // the content of a value of type `found`
///     static bool absent(const T&);                                 // optional: this value leaves no attribute behind, and
///                                                                   // a missing attribute leaves the member as it is
///     static constexpr bool writes_absent = true;                   // optional, beside absent(): in a list or a map, where
///                                                                   // something has to stand, write() is called for such
///                                                                   // a value too; otherwise it is NULL there
/// `read` consumes exactly what stands between `{"S":` and `}` and assigns; T is default-constructed before.
template <class T>
struct codec {};

template <class T>
concept storable = requires(encoder& out, decoder& in, const T& from, T& to) {
  codec<T>::write(out, from);
  codec<T>::read(in, attribute_type::S, to);
};
/// Types that can be a partition or sort key: stored as S, N or B, and always present.
template <class T>
concept key_type = storable<T> && requires { codec<T>::stored; } &&
                   (codec<T>::stored == attribute_type::S || codec<T>::stored == attribute_type::N ||
                    codec<T>::stored == attribute_type::B);
/// Types some of whose values leave no attribute behind: std::optional, sets.
template <class T>
concept omittable = storable<T> && requires(const T& value) {
  { codec<T>::absent(value) } -> std::same_as<bool>;
};

namespace detail {

/// One value at the cursor, from its opening brace to its closing one.
template <class T>
void read_whole(decoder& in, T& to) {
  const attribute_type found = in.in().begin_value();
  if (!in.in().ok()) [[unlikely]]
    return;
  codec<T>::read(in, found, to);
  in.in().end_value();
}

/// Where something has to stand, an absent value is NULL, unless the codec writes such values itself.
template <class T>
concept null_when_absent = omittable<T> && !requires { requires codec<T>::writes_absent; };

/// A value where something has to stand, as inside a list.
template <class T>
void write_whole(encoder& out, const T& from) {
  if constexpr (null_when_absent<T>) {
    if (codec<T>::absent(from)) return json::write_null_value(out.out());
  }
  codec<T>::write(out, from);
}

/// What the loop over a struct's members reads itself, without asking a codec: the most frequent kinds.
enum class direct : std::uint8_t { no, text, signed_integer, unsigned_integer, real, boolean };

/// What an integer member can hold.
struct integer_range {
  std::int64_t low;
  std::uint64_t high;
};
template <integer Integer>
inline constexpr integer_range range_of{std::numeric_limits<Integer>::min(), std::numeric_limits<Integer>::max()};
/// Of an integer or an optional one; null for any other type.
template <class T>
inline constexpr const integer_range* range_of_member = nullptr;
template <integer Integer>
inline constexpr const integer_range* range_of_member<Integer> = &range_of<Integer>;
template <class T>
inline constexpr const integer_range* range_of_member<std::optional<T>> = range_of_member<T>;

/// A codec behind three pointers, so that one loop writes and reads every struct.
struct value_operations {
  void (*write)(encoder&, const void*);
  void (*read)(decoder&, attribute_type, void*);
  bool (*absent)(const void*);  ///< null: never
  bool null_when_absent;        ///< inside lists and maps; false: write() is called there all the same
  direct kind;
  const integer_range* range;  ///< null: no integer
};

template <class T>
consteval direct direct_kind() {
  if (std::is_same_v<T, std::string>) return direct::text;
  if (std::is_same_v<T, bool>) return direct::boolean;
  if (std::is_same_v<T, double>) return direct::real;
  if (std::is_same_v<T, std::int64_t>) return direct::signed_integer;
  if (std::is_same_v<T, std::uint64_t>) return direct::unsigned_integer;
  return direct::no;
}

template <class T>
struct operations {
  static_assert(
      storable<T>,
      "dynamo: this type cannot be stored. Storable are bool, numbers, std::string, enums, std::optional, std::vector, "
      "std::set, std::map with string keys, chrono times, dynamo::binary, dynamo::number, dynamo::attribute_value, "
      "and structs of these; for another type specialise dynamo::codec");
  static void write(encoder& out, const void* from) { codec<T>::write(out, *static_cast<const T*>(from)); }
  static void read(decoder& in, attribute_type found, void* to) { codec<T>::read(in, found, *static_cast<T*>(to)); }
  static bool absent(const void* value) {
    if constexpr (omittable<T>) {
      return codec<T>::absent(*static_cast<const T*>(value));
    } else {
      return false;
    }
  }
  static constexpr value_operations table{
      write, read, omittable<T> ? absent : nullptr, null_when_absent<T>, direct_kind<T>(), range_of_member<T>};
};

}  // namespace detail

/// Base for a codec in terms of another storable type:
///
///     template <> struct dynamo::codec<Money> : dynamo::codec_via<Money, std::int64_t> {
///       static std::int64_t to_stored(const Money& m) { return m.cents; }
///       static dynamo::result<Money> from_stored(std::int64_t cents) { return Money{cents}; }
///     };
/// What leaves no attribute behind as a Stored, such as an empty set, leaves none behind as a T.
/// An error of from_stored() surfaces as errc::decoding with its message and the attribute's path. to_stored() may return
/// a result as well; its error surfaces as errc::invalid_argument.
template <class T, storable Stored>
struct codec_via {
  static constexpr attribute_type stored = [] {
    if constexpr (requires { codec<Stored>::stored; }) {
      return codec<Stored>::stored;
    } else {
      return attribute_type::M;  // neither of the three that keys may have
    }
  }();

  static constexpr bool writes_absent = omittable<Stored>;
  static bool absent(const T& from)
    requires omittable<Stored>
  {
    const auto value = codec<T>::to_stored(from);
    if constexpr (requires { value.error(); }) {
      return value && codec<Stored>::absent(*value);
    } else {
      return codec<Stored>::absent(value);
    }
  }
  static void write(encoder& out, const T& from) {
    auto value = codec<T>::to_stored(from);
    if constexpr (requires { value.error(); }) {
      if (!value) return out.fail(value.error().message());
      detail::write_whole<Stored>(out, *value);
    } else {
      detail::write_whole<Stored>(out, value);
    }
  }
  static void read(decoder& in, attribute_type found, T& to) {
    Stored value{};
    codec<Stored>::read(in, found, value);
    if (in.failed() || !in.in().ok()) return;
    auto made = codec<T>::from_stored(std::move(value));
    if constexpr (requires { made.error(); }) {
      if (!made) return in.fail(made.error().message());
      to = std::move(*made);
    } else {
      to = std::move(made);
    }
  }
};

}  // namespace dynamo
