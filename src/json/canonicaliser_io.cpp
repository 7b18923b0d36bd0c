#include <dynamo/json/detail/wrong_type.hpp>
#include <dynamo/json/writer.hpp>

#include <json/canonicaliser.hpp>
#include <json/scan.hpp>
#include <json/text.hpp>
#include <json/words.hpp>

#include <algorithm>
#include <utility>

/// How the canonicaliser reads its input, puts its output together, and says what is wrong.
namespace dynamo::json {
namespace {

/// By insertion. Observed of BS: /w==, AA==, AA== come out as AA==, /w==, AA==.
void sort_until_repeated(std::vector<repeated_member>& members) {
  for (auto next = members.begin(); next != members.end(); ++next) {
    const auto place = std::ranges::lower_bound(members.begin(), next, next->key, ascending, &repeated_member::key);
    if (place != next && place->key == next->key) return;
    std::rotate(place, next, next + 1);
  }
}

}  // namespace

void segment_stack::grow() {
  const std::size_t room = 4 * room_;
  auto next = std::make_unique_for_overwrite<segment[]>(room);
  std::copy_n(data_, size_, next.get());
  more_ = std::move(next);
  data_ = more_.get();
  room_ = room;
}

void canonicaliser::drop_white() {
  const char* from = at_;
  at_ = skip_white(at_, end_);
  if (at_ != from) drop(from);
}

bool canonicaliser::read_escaped_text(std::string_view& text) {
  scratch_.clear();
  const text_end read = read_escaped(at_ + 1, end_, &scratch_);
  at_ = read.at;
  text = scratch_;
  return read.problem == nullptr || malformed(read.problem);
}

/// Passes over a value of any kind, well-formed or not allowed here, without taking its text out of the run.
bool canonicaliser::skip_value() {
  in_.at_ = at_;
  in_.skip();
  at_ = in_.at_;
  return in_.ok();
}

bool canonicaliser::at_null() noexcept { return end_ - at_ >= 4 && (load_8(at_) & low_bytes(4)) == word_of("null"); }

void canonicaliser::flush(const char* upto) {
  out_.append({run_, static_cast<std::size_t>(upto - run_)});
  run_ = upto;
}

/// What stands between `from` and at_ is no output.
void canonicaliser::drop(const char* from) {
  flush(from);
  run_ = at_;
}

/// Takes back all output from `position` on; it goes on with what stands at at_.
void canonicaliser::retract(std::size_t position) {
  flush(at_);
  out_.truncate(position);
}

/// `text`, as a string, is the output instead of what stands between `from` and at_.
void canonicaliser::replace_string(const char* from, std::string_view text) {
  flush(from);
  write_string(out_, text);
  run_ = at_;
}

/// Puts segments of the output, which follow one another with single commas, into the given order.
void canonicaliser::rearrange(std::span<const segment> in_order) {
  const std::size_t begin = std::ranges::min(in_order, {}, &segment::begin).begin;
  buffer sorted;
  for (const segment& next : in_order) {
    if (!sorted.empty()) sorted.append(',');
    sorted.append(out_.view().substr(next.begin, next.end - next.begin));
  }
  std::memcpy(out_.data() + begin, sorted.data(), sorted.size());
}

bool canonicaliser::malformed(const char* problem) {
  in_.at_ = std::min(at_, end_);
  in_.fail(at_ < end_ ? problem : "the text ends too early");
  return false;
}

bool canonicaliser::wrong_shape(std::string message) {
  wrong_shape_ = std::move(message);
  in_.at_ = std::min(at_, end_);
  in_.fail("JSON of the wrong shape");
  return false;
}

/// A scalar of the wrong JSON type.
bool canonicaliser::not_a(const char* java_class) {
  in_.at_ = at_;
  const token found = in_.peek();
  const std::string_view text = in_.skip();
  at_ = in_.at_;
  return in_.ok() && wrong_shape(wrong_scalar(found, text, java_class));
}

/// Not the object of an M, or not the array of an L or a set (`expected` is then L).
bool canonicaliser::not_a_container(attribute_type expected) {
  in_.at_ = at_;
  const token found = in_.peek();
  in_.skip();
  at_ = in_.at_;
  if (!in_.ok()) return false;
  return wrong_shape(expected == attribute_type::M
                         ? wrong_map(found, std::string(words::java_package).append("AttributeValue"))
                         : wrong_list(found));
}

void canonicaliser::refuse(std::string_view words) {
  if (refusal_.empty()) refusal_ = words;
}

/// The older layer shows them as they came. The newer one sorts them in place, and shows how far it had come when it met the second of two.
void canonicaliser::refuse_repeated(std::vector<repeated_member> members, std::string_view words) {
  if (!refusal_.empty()) return;
  const bool newly = layer_ == value_layer::newer;
  if (newly) sort_until_repeated(members);
  std::string message(words::repeated_prefix);
  const char* separator = "";
  for (const repeated_member& next : members) {
    message += std::exchange(separator, newly ? "," : ", ");
    if (newly) message += '"';
    message += next.text;
    if (newly) message += '"';
  }
  message += words;
  refusal_ = std::move(message);
}

}  // namespace dynamo::json
