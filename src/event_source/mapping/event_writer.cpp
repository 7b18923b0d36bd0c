#include <dynamo/event_source/event_writer.hpp>

#include <dynamo/json/cursor.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/streams/detail/wire.hpp>

namespace dynamo::event_source {
namespace {

constexpr std::string_view event_opening = R"({"Records":[)";
constexpr std::string_view event_closing = "]}";

/// Reads a page record by record. The first thing that is wrong stops it for good: the cursor says what.
class page_reader {
 public:
  page_reader(std::string_view padded, std::string_view arn) : text_(padded), in_(padded) {
    json::buffer quoted;
    json::write_string(quoted, arn);
    arn_ = quoted.view();
  }

  result<record_page> read() {
    std::string_view name;
    bool found = false;
    in_.begin_object();
    while (in_.next_name(name)) {
      if (name == "Records") {
        found = true;
        in_.begin_array();
        while (in_.next_element()) read_record();
      } else if (name == "NextShardIterator" && in_.peek() == json::token::string) {
        page_.next_iterator = std::string(in_.read_string());
      } else {
        in_.skip();
      }
    }
    if (in_.ok() && !found) in_.fail("there is no member `Records`");
    if (in_.ok() && !in_.at_end()) in_.fail("something follows the records");
    if (in_.ok()) return std::move(page_);
    return fail(errc::decoding, "the answer to GetRecords cannot be read: record " +
                                    std::to_string(page_.records.size()) + ": " + in_.problem() + " at byte " +
                                    std::to_string(in_.position()));
  }

 private:
  void read_record() {
    event_record one;
    has_number_ = false;
    std::string_view name;
    in_.begin_object();
    while (in_.next_name(name)) {
      if (name == "eventSourceARN") {  // ours is
        in_.skip();
        continue;
      }
      begin_member(one.text, name);
      if (name == "dynamodb") {
        read_content(one);
      } else if (name == "userIdentity" && in_.peek() == json::token::object) {
        write_identity(one.text);
      } else {
        one.text += in_.skip();
      }
    }
    if (in_.ok() && !has_number_) in_.fail("a record without a SequenceNumber");
    if (!in_.ok()) return;
    begin_member(one.text, "eventSourceARN");
    one.text += arn_;
    one.text += '}';
    page_.records.push_back(std::move(one));
  }

  void read_content(event_record& one) {
    in_.peek();  // passes white space
    const std::size_t begin = in_.position();
    std::string_view name;
    in_.begin_object();
    while (in_.next_name(name)) {
      if (name == "SequenceNumber") {
        const result<sequence_number> number = sequence_number::parse(in_.read_string());
        if (in_.ok() && !number) in_.fail("a sequence number was expected");
        if (!in_.ok()) return;
        one.number = *number;
        has_number_ = true;
      } else if (name == "ApproximateCreationDateTime" && in_.peek() == json::token::number) {
        one.created = streams::read_creation_time(in_.read_number());
      } else {
        in_.skip();
      }
    }
    if (in_.ok()) one.text += text_.substr(begin, in_.position() - begin);
  }

  void write_identity(std::string& to) {
    std::string_view name;
    std::string identity;
    in_.begin_object();
    while (in_.next_name(name)) {
      begin_member(identity, name == "PrincipalId" ? "principalId" : name == "Type" ? "type" : name);
      identity += in_.skip();
    }
    to += identity.empty() ? "{" : identity;
    to += '}';
  }

  static void begin_member(std::string& to, std::string_view name) {
    json::buffer quoted;
    json::write_string(quoted, name);
    to += to.empty() ? '{' : ',';
    to += quoted.view();
    to += ':';
  }

  std::string_view text_;
  json::cursor in_;
  std::string arn_;
  record_page page_;
  bool has_number_ = false;
};

}  // namespace

result<record_page> read_record_page(const json::buffer& answer, std::string_view stream_arn) {
  if (!json::validate_utf8(answer.view()))
    return fail(errc::decoding, "the answer to GetRecords cannot be read: the text is not valid UTF-8");
  return page_reader(answer.view(), stream_arn).read();
}

std::size_t event_size(std::span<const event_record> records) noexcept {
  std::size_t bytes = event_opening.size() + event_closing.size();
  for (const event_record& one : records) bytes += one.text.size() + 1;
  return records.empty() ? bytes : bytes - 1;
}

json::buffer write_event(std::span<const event_record> records) {
  json::buffer event;
  event.extend(event_size(records));
  event.append(event_opening);
  for (const event_record& one : records) {
    if (&one != &records.front()) event.append(',');
    event.append(one.text);
  }
  event.append(event_closing);
  return event;
}

}  // namespace dynamo::event_source
