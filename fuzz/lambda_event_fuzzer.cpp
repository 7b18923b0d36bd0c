// uses: lambda
// An event, whatever it is, has an answer or an error; what failed is among what came; and whether it can be read does not depend on
// what its images are read into.
#include "require.hpp"

#include <dynamo/lambda.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct sample {
  std::string Id;
  std::optional<std::int64_t> N;
  std::optional<std::string> Message;
};

class silent final : public dynamo::lambda::log_line_sink {
 public:
  void write(std::string_view line) noexcept override {
    DYNAMO_REQUIRE(line.ends_with("}\n") && dynamo::json::validate_utf8(line));
  }
};

/// The numbers that an answer reports.
std::vector<std::string> reported(const dynamo::json::buffer& answer) {
  std::vector<std::string> numbers;
  dynamo::json::cursor in(answer);
  std::string_view name;
  DYNAMO_REQUIRE(in.begin_object() && in.next_name(name) && name == "batchItemFailures" && in.begin_array());
  while (in.next_element()) {
    DYNAMO_REQUIRE(in.begin_object() && in.next_name(name) && name == "itemIdentifier");
    numbers.emplace_back(in.read_string());
    DYNAMO_REQUIRE(!in.next_name(name));
  }
  DYNAMO_REQUIRE(!in.next_name(name) && in.at_end() && in.ok());
  return numbers;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynamo;
  const json::buffer event{std::string_view{reinterpret_cast<const char*>(data), size}};
  silent none;
  const lambda::logger log(none, log_level::debug, system_clock());
  const lambda::context about(log, system_clock(), system_timer());

  const auto typed = read_changes<sample>(event);
  const auto untyped = read_changes<item>(event);
  DYNAMO_REQUIRE(typed.has_value() == untyped.has_value());
  std::vector<change<sample>> readable;
  std::vector<detail::unreadable_record> unreadable;
  const auto read =
      detail::read_foreign_records(event.view(), detail::change_vector<sample>::sink_of(readable), &unreadable);
  DYNAMO_REQUIRE(typed.has_value() == (read.has_value() && unreadable.empty()));
  std::vector<std::string> came;  // in the event's order
  for (std::size_t i = 0, bad = 0; i <= readable.size(); ++i) {
    for (; bad < unreadable.size() && unreadable[bad].before == i; ++bad)
      came.push_back(unreadable[bad].sequence_number);
    if (i < readable.size()) came.push_back(readable[i].sequence_number_text());
  }
  DYNAMO_REQUIRE(!read || came.size() == read->count);

  for (const auto mode : {lambda::after_failure::skip_key, lambda::after_failure::stop, lambda::after_failure::go_on}) {
    lambda::options o;
    o.on_failure = mode;
    std::size_t given = 0;
    const auto third = [&](const change<sample>& c) -> result<void> {
      DYNAMO_REQUIRE(c.new_image.problem() == nullptr && c.old_image.problem() == nullptr);
      if (++given % 3 == 0) return fail(errc::unavailable, "every third");
      return {};
    };
    const auto answer = lambda::handle_event<sample>(event, third, about, o);
    DYNAMO_REQUIRE(answer.has_value() == read.has_value());
    if (!answer) {
      DYNAMO_REQUIRE(lambda::is_error_type(answer.error().type) && given == 0);
      continue;
    }
    const auto numbers = reported(*answer);
    DYNAMO_REQUIRE(numbers.size() + given - given / 3 == came.size());
    std::size_t at = 0;  // in the order of the event, and nothing but what came
    for (const std::string& each : came) {
      if (at < numbers.size() && numbers[at] == each) ++at;
    }
    DYNAMO_REQUIRE(at == numbers.size());
  }
  return 0;
}
