#include <dynamo/streams/detail/table_streams.hpp>

#include <streams/answer_reader.hpp>
#include <streams/body_writer.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::streams {
namespace {

constexpr std::string_view before_label = "/stream/";

std::string_view label_of(std::string_view stream_arn) {
  const std::size_t at = stream_arn.rfind(before_label);
  return at == std::string_view::npos ? std::string_view() : stream_arn.substr(at + before_label.size());
}

}  // namespace

bool is_stream_arn(std::string_view text) noexcept {
  return text.starts_with("arn:") && text.find(before_label) != std::string_view::npos;
}

bool is_stream_of(std::string_view stream_arn, std::string_view table) noexcept {
  const std::size_t end = stream_arn.rfind(before_label);
  if (end == std::string_view::npos) return false;
  const std::string_view of = stream_arn.substr(0, end);
  if (of == table) return true;
  constexpr std::string_view before_name = ":table/";
  return of.ends_with(table) && of.substr(0, of.size() - table.size()).ends_with(before_name);
}

request table_streams::next_request() const {
  body_writer body;
  body.text("TableName", table_);
  if (!after_.empty()) body.text("ExclusiveStartStreamArn", after_);
  return body.finish(operation_name::list_streams);
}

result<void> table_streams::take(const reply& answer) {
  std::string last;
  const std::size_t before = arns_.size();
  json::cursor in(answer.body);
  read_object(in, [&](std::string_view name) {
    if (name == "LastEvaluatedStreamArn" && is_text(in)) {
      last = in.read_string();
      return true;
    }
    if (name != "Streams" || in.peek() != json::token::array) return false;
    in.begin_array();
    while (in.next_element()) {
      read_object(in, [&](std::string_view member) {
        if (member != "StreamArn" || !is_text(in)) return false;
        arns_.emplace_back(in.read_string());
        return true;
      });
    }
    return true;
  });
  if (!in.ok()) return no_answer("ListStreams", in);
  complete_ = last.empty();
  if (!complete_ && arns_.size() == before) return fail(errc::decoding, "ListStreams does not come to an end");
  after_ = std::move(last);
  if (complete_) std::ranges::sort(arns_, {}, label_of);
  return {};
}

std::optional<std::string> table_streams::following(std::string_view stream_arn) const {
  const auto at = std::ranges::upper_bound(arns_, label_of(stream_arn), {}, label_of);
  return at == arns_.end() ? std::nullopt : std::optional(*at);
}

}  // namespace dynamo::streams
