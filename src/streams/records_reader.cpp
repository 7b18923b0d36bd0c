#include <dynamo/streams/change.hpp>
#include <dynamo/streams/detail/wire.hpp>

#include <streams/record_texts.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace dynamo::detail {

namespace {

constexpr std::size_t reserved_changes_max = 10'000;  // the largest batch of an event source mapping
constexpr std::size_t reserved_texts = 112;           // bytes for one record: an event id of 32 and its keys

std::optional<change_kind> to_kind(std::string_view name) {
  if (name == "INSERT") return change_kind::insert;
  if (name == "MODIFY") return change_kind::modify;
  if (name == "REMOVE") return change_kind::remove;
  return std::nullopt;
}

stream_view to_view(std::string_view name) {
  if (name == "NEW_AND_OLD_IMAGES") return stream_view::new_and_old_images;
  if (name == "NEW_IMAGE") return stream_view::new_image;
  if (name == "OLD_IMAGE") return stream_view::old_image;
  if (name == "KEYS_ONLY") return stream_view::keys_only;
  return stream_view::none;
}

/// The attribute of the item at `in` in whose text `position` lies; empty if there is none.
std::string attribute_at(json::cursor in, std::size_t position) {
  std::string_view name;
  if (!in.begin_object()) return {};
  while (in.next_name(name)) {
    std::string kept(name);
    in.skip();
    if (!in.ok() || in.position() > position) return kept;
  }
  return {};
}

/// The text of the attribute that tells entity types apart.
std::optional<std::string> discriminator_in(json::cursor in, std::string_view wanted) {
  std::string_view name;
  if (!in.begin_object()) return std::nullopt;
  while (in.next_name(name)) {
    if (name != wanted) {
      in.skip();
      continue;
    }
    if (in.begin_value() != attribute_type::S) return std::nullopt;
    return std::string(in.read_string());
  }
  return std::nullopt;
}

error attribute_error(std::string_view attribute, std::string_view why) {
  if (attribute.empty()) return error(errc::decoding, "the image is no item: " + std::string(why));
  return error(errc::decoding, "attribute `" + std::string(attribute) + "`: " + std::string(why));
}

}  // namespace

/// What the text around the records may be.
enum class envelope : std::uint8_t { records_member, any };

/// Reads records one after the other. A text that is not JSON, or not that of records, stops it for good: failed_ or the cursor
/// says why. An image that does not fit its type stops nothing.
class records_reader {
 public:
  records_reader(std::string_view padded, const change_sink& sink, bool after_gap, envelope around,
                 std::vector<unreadable_record>* unreadable)
      : in_(padded),
        size_(padded.size()),
        sink_(sink),
        unreadable_(unreadable),
        around_(around),
        after_gap_(after_gap) {}

  result<records_summary> read() {
    bool found = true;
    if (around_ == envelope::any && in_.peek() == json::token::array) {
      read_all();
    } else {
      found = read_object();
    }
    if (!problem_ && in_.ok() && !in_.at_end()) in_.fail("something follows the records");
    if (!problem_ && !in_.ok()) refuse(std::string(in_.problem()) + " at byte " + std::to_string(in_.position()));
    if (!problem_ && !found) refuse("there is no member `Records`");
    if (problem_) return fail(errc::decoding, std::move(*problem_));
    if (texts_) texts_->all.append(json::buffer::padding, '\0');
    return std::move(summary_);
  }

 private:
  void refuse(const std::string& why) {
    if (problem_) return;
    problem_ = "the change records cannot be read: ";
    if (in_record_) *problem_ += "record " + std::to_string(summary_.count) + ": ";  // counted from 0
    if (member_ != nullptr) *problem_ += std::string(member_) + ": ";
    *problem_ += why;
  }

  /// False if it is no object of records.
  bool read_object() {
    const json::cursor before = in_;
    std::string_view name;
    bool found = false, is_record = false;
    if (!in_.begin_object()) return true;  // the cursor says why
    while (!problem_ && in_.next_name(name)) {
      if (name == "Records") {
        found = true;
        read_all();
      } else if (name == "NextShardIterator" && in_.peek() == json::token::string) {
        summary_.next_iterator = std::string(in_.read_string());
      } else {
        is_record = is_record || name == "dynamodb";
        in_.skip();
      }
    }
    if (problem_ || !in_.ok() || found || !is_record || around_ != envelope::any) return found;
    in_ = before;
    begin_records();
    read_next();
    return true;
  }

  void begin_records() {
    if (!texts_) texts_ = std::make_shared<record_texts>();
  }
  void read_all() {
    if (!in_.begin_array()) return;
    begin_records();
    while (in_.next_element() && read_next()) {
    }
  }

  /// False if nothing can be read after it.
  bool read_next() {
    const std::size_t begin = in_.position();
    std::optional<json::cursor> before;  // a few words
    if (unreadable_ != nullptr) before.emplace(in_);
    change_facts* one = sink_.append(sink_.changes);
    in_record_ = true;
    read_one(*one);
    if (problem_ || !in_.ok()) {
      if (!problem_) refuse(std::string(in_.problem()) + " at byte " + std::to_string(in_.position()));
      return before && note_unreadable(*std::move(before));
    }
    in_record_ = false;
    summary_.last = one->sequence_number;
    ++read_;
    if (++summary_.count == 1) {
      summary_.first = one->sequence_number;
      one->after_gap = after_gap_;
    }
    if (read_ == 1) reserve(in_.position() - begin);  // the changes may move
    return true;
  }

  /// The record that was refused counts on its own, if its number can be read. `in` stands before it.
  bool note_unreadable(json::cursor in) {
    unreadable_record one;
    std::string_view name;
    if (!in.begin_object()) return false;
    while (in.next_name(name)) {
      if (name != "dynamodb" || in.peek() != json::token::object) {
        in.skip();
        continue;
      }
      in.begin_object();
      while (in.next_name(name)) {
        if (name == "SequenceNumber" && in.peek() == json::token::string) {
          one.sequence_number = in.read_string();
        } else if (name == "Keys" && in.peek() == json::token::object) {
          one.keys_json = in.skip();
        } else {
          in.skip();
        }
      }
    }
    if (!in.ok() || !dynamo::sequence_number::parse(one.sequence_number)) return false;
    one.before = read_;
    one.why.emplace(errc::decoding, *std::exchange(problem_, std::nullopt));
    unreadable_->push_back(std::move(one));
    sink_.drop_last(sink_.changes);
    ++summary_.count;
    in_ = std::move(in);
    in_record_ = false;
    member_ = nullptr;
    return true;
  }

  /// Makes room for the records that follow the first one, estimated by its text: moving them each time a vector grows costs more
  /// than reading some.
  void reserve(std::size_t first_bytes) {
    const std::size_t more = std::min((size_ - in_.position()) / first_bytes, reserved_changes_max);
    sink_.reserve(sink_.changes, more);
    texts_->all.reserve(texts_->all.size() + more * std::min(texts_->all.size() + 16, reserved_texts) +
                        json::buffer::padding);
  }

  void read_one(change_facts& one) {
    has_kind_ = has_keys_ = has_number_ = false;
    std::string_view name;
    if (!in_.begin_object()) return;
    while (!problem_ && in_.next_name(name)) {
      if (name == "dynamodb") {
        member_ = "dynamodb";
        read_content(one);
      } else if (name == "eventID") {
        member_ = "eventID";
        one.event_id_ = keep(text_if_any());
      } else if (name == "eventName") {
        member_ = "eventName";
        const std::string_view text = in_.read_string();
        const std::optional<change_kind> kind = to_kind(text);
        if (!kind && in_.ok()) return refuse("`" + std::string(text) + "` is none of INSERT, MODIFY and REMOVE");
        one.kind = kind.value_or(change_kind::insert);
        has_kind_ = true;
      } else if (name == "awsRegion") {
        member_ = "awsRegion";
        one.region_ = keep_common(last_region_, text_if_any());
      } else if (name == "eventSourceARN") {
        member_ = "eventSourceARN";
        one.stream_arn_ = keep_common(last_arn_, text_if_any());
      } else if (name == "userIdentity") {
        member_ = "userIdentity";
        read_identity(one);
      } else {
        in_.skip();
      }
      if (in_.ok()) member_ = nullptr;
    }
    if (problem_ || !in_.ok()) return;
    if (!has_kind_) return refuse("has no eventName");
    if (!has_keys_) return refuse("has no Keys");
    if (!has_number_) return refuse("has no SequenceNumber");
    one.texts_ = texts_;
  }

  void read_content(change_facts& one) {
    std::string_view name;
    if (!in_.begin_object()) return;
    while (!problem_ && in_.next_name(name)) {
      if (name == "Keys") {
        member_ = "dynamodb.Keys";
        if (in_.peek() != json::token::object) return in_.fail("an object was expected");
        one.keys_ = keep(in_.skip());
        has_keys_ = true;
      } else if (name == "NewImage") {
        member_ = "dynamodb.NewImage";
        read_image(one, true);
      } else if (name == "OldImage") {
        member_ = "dynamodb.OldImage";
        read_image(one, false);
      } else if (name == "SequenceNumber") {
        member_ = "dynamodb.SequenceNumber";
        read_number(one);
      } else if (name == "SizeBytes") {
        member_ = "dynamodb.SizeBytes";
        one.size_bytes = size_if_any();
      } else if (name == "StreamViewType") {
        member_ = "dynamodb.StreamViewType";
        one.view = to_view(text_if_any());
      } else if (name == "ApproximateCreationDateTime" && in_.peek() == json::token::number) {
        member_ = "dynamodb.ApproximateCreationDateTime";
        one.time = streams::read_creation_time(in_.read_number());
      } else {
        in_.skip();
      }
      if (in_.ok()) member_ = "dynamodb";
    }
  }

  /// Of members that only inform: what cannot be read is absent.
  std::string_view text_if_any() {
    if (in_.peek() == json::token::string) return in_.read_string();
    in_.skip();
    return {};
  }
  std::uint64_t size_if_any() {
    if (in_.peek() != json::token::number) {
      in_.skip();
      return 0;
    }
    const std::string_view digits = in_.read_number();
    std::uint64_t size = 0;
    const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    return wrong == std::errc() && end == digits.data() + digits.size() ? size : 0;
  }

  void read_number(change_facts& one) {
    const std::string_view digits = in_.read_string();
    if (!in_.ok()) return;
    const result<dynamo::sequence_number> number = dynamo::sequence_number::parse(digits);
    if (!number) return refuse(number.error().message());
    one.sequence_number = *number;
    one.number_digits_ = static_cast<std::uint8_t>(digits.size());  // 40 at most
    has_number_ = true;
  }

  /// Both spellings: GetRecords writes PrincipalId and Type, Lambda's events principalId and type.
  void read_identity(change_facts& one) {
    if (in_.peek() != json::token::object) {
      in_.skip();
      return;
    }
    bool service = false, dynamodb = false;
    std::string_view name;
    in_.begin_object();
    while (in_.next_name(name)) {
      if ((name == "Type" || name == "type") && in_.peek() == json::token::string) {
        service = in_.read_string() == "Service";
      } else if ((name == "PrincipalId" || name == "principalId") && in_.peek() == json::token::string) {
        dynamodb = in_.read_string() == "dynamodb.amazonaws.com";
      } else {
        in_.skip();
      }
    }
    one.by_ttl = service && dynamodb;
  }

  void read_image(change_facts& one, bool is_new) {
    if (in_.peek() == json::token::null) return in_.read_null();
    const json::cursor before = in_;  // a few words; its scratch is empty unless a name had escapes
    decoder from(in_);
    std::size_t alternative = 0;
    if (!sink_.shape->discriminator.empty() && !choose(before, alternative)) {
      sink_.refuse(
          &one, is_new,
          attribute_error(sink_.shape->discriminator,
                          "is missing, is no string, or names none of the types that the change is read into"));
      in_.skip();
      return;
    }
    sink_.shape->alternatives[alternative](from, sink_.emplace(&one, is_new, alternative));
    if (!from.failed() && in_.ok()) [[likely]]
      return;
    // Is the text no JSON, or does only this item not fit its type?
    const std::size_t stopped_at = in_.position();
    const std::string structure = in_.ok() ? "" : in_.problem();
    in_ = before;
    in_.skip();
    if (!in_.ok()) return;
    error why =
        from.failed() ? std::move(from).finish().error() : attribute_error(attribute_at(before, stopped_at), structure);
    sink_.refuse(&one, is_new, std::move(why));
  }
  bool choose(const json::cursor& image, std::size_t& alternative) const {
    const std::optional<std::string> text = discriminator_in(image, sink_.shape->discriminator);
    if (!text) return false;
    alternative = sink_.shape->choose(*text);
    return alternative < sink_.shape->count;
  }

  change_facts::span keep(std::string_view text) {
    change_facts::span where;
    where.at = static_cast<std::uint32_t>(texts_->all.size());
    where.size = static_cast<std::uint32_t>(text.size());
    texts_->all.append(text);
    return where;
  }
  /// For texts that are the same in all records: kept once.
  change_facts::span keep_common(change_facts::span& last, std::string_view text) {
    if (std::string_view(texts_->all).substr(last.at, last.size) != text) last = keep(text);
    return last;
  }

  json::cursor in_;
  std::size_t size_;
  const change_sink& sink_;
  std::shared_ptr<record_texts> texts_;
  records_summary summary_;  // counts the unreadable ones too
  std::size_t read_ = 0;
  std::vector<unreadable_record>* unreadable_;
  std::optional<std::string> problem_;
  change_facts::span last_region_;
  change_facts::span last_arn_;
  const char* member_ = nullptr;  // of the record: what is being read
  envelope around_;
  bool after_gap_;
  bool in_record_ = false;
  bool has_kind_ = false;
  bool has_keys_ = false;
  bool has_number_ = false;
};

namespace {

result<records_summary> read(std::string_view padded, const change_sink& sink, bool after_gap, envelope around,
                             std::vector<unreadable_record>* unreadable) {
  if (padded.size() > std::numeric_limits<std::uint32_t>::max() / 2) {
    return fail(errc::invalid_argument, "the change records cannot be read: more than 2 GB");
  }
  return records_reader(padded, sink, after_gap, around, unreadable).read();
}

}  // namespace

result<records_summary> read_records(std::string_view padded, const change_sink& sink, bool after_gap) {
  return read(padded, sink, after_gap, envelope::records_member, nullptr);
}

result<records_summary> read_foreign_records(std::string_view padded, const change_sink& sink,
                                             std::vector<unreadable_record>* unreadable) {
  if (!json::validate_utf8(padded)) {
    return fail(errc::decoding, "the change records cannot be read: the text is not valid UTF-8");
  }
  return read(padded, sink, false, envelope::any, unreadable);
}

}  // namespace dynamo::detail
