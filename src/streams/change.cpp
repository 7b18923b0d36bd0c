#include <dynamo/streams/change.hpp>

#include <dynamo/table/detail/request_builder.hpp>

#include <streams/record_texts.hpp>

namespace dynamo {

std::string_view to_string(change_kind kind) noexcept {
  switch (kind) {
    case change_kind::insert: return "INSERT";
    case change_kind::modify: return "MODIFY";
    case change_kind::remove: return "REMOVE";
  }
  return "";
}

change_facts::change_facts() noexcept = default;
change_facts::change_facts(const change_facts&) = default;
change_facts::change_facts(change_facts&&) noexcept = default;
change_facts& change_facts::operator=(const change_facts&) = default;
change_facts& change_facts::operator=(change_facts&&) noexcept = default;
change_facts::~change_facts() = default;

std::string_view change_facts::text(span where) const noexcept {
  return texts_ == nullptr ? std::string_view() : std::string_view(texts_->all).substr(where.at, where.size);
}
std::string_view change_facts::event_id() const noexcept { return text(event_id_); }
std::string_view change_facts::region() const noexcept { return text(region_); }
std::string_view change_facts::stream_arn() const noexcept { return text(stream_arn_); }
std::string_view change_facts::keys_json() const noexcept { return text(keys_); }
std::string change_facts::sequence_number_text() const {
  std::string digits = sequence_number.to_string();
  if (digits.size() < number_digits_) digits.insert(0, number_digits_ - digits.size(), '0');
  return digits;
}

result<void> change_facts::read_key(std::string_view attribute, const detail::value_operations& value, void* to) const {
  if (keys_.size != 0) {
    const result<bool> found = detail::read_attribute(keys_json(), attribute, value, to);
    if (!found) return std::unexpected(found.error());
    if (*found) return {};
  }
  return fail(errc::invalid_argument, "`" + std::string(attribute) + "` is none of the keys of this change");
}

}  // namespace dynamo
