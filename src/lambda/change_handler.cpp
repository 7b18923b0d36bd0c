#include <dynamo/lambda/change_handler.hpp>

#include <dynamo/json/canonical.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/lambda/serve.hpp>

#include <chrono>
#include <exception>
#include <string>
#include <unordered_set>

namespace dynamo::lambda::detail {
namespace {

/// So many failures of one event are logged one by one; the last line counts them all.
constexpr std::size_t failures_logged_max = 100;

/// What is the same for two changes of one item, however their keys are spelt.
std::string key_of(std::string_view keys_json) {
  const json::buffer text(keys_json);
  json::cursor keys(text);
  json::buffer canonical;
  if (!json::canonicalise_item(keys, canonical)) return std::string(text.view());
  return std::string(canonical.view());
}

/// The name in "attribute `name`: ...": what else an error says of an image may be a part of it, and no log has items.
std::string attribute_in(const error& problem) {
  const std::string_view text = problem.message();
  constexpr std::string_view before = "attribute `";
  const std::size_t end = text.find("`: ");
  if (!text.starts_with(before) || end == std::string_view::npos) return "";
  return std::string(text.substr(before.size(), end - before.size()));
}

json::buffer response_with(const failures& failed) {
  json::buffer out;
  out.append(R"({"batchItemFailures":[)");
  for (const failures::entry& each : failed) {
    if (out.back() != '[') out.append(',');
    out.append(R"({"itemIdentifier":)");
    json::write_string(out, each.sequence_number);
    out.append('}');
  }
  out.append("]}");
  return out;
}

}  // namespace

/// The handling of one event.
class changes_handler::run {
 public:
  run(changes_handler& of, const context& about) : of_(of), about_(about), begun_(about.steady_now()) {}

  answer operator()(const json::buffer& event) {
    if (const auto read = of_.read(event); !read) {
      return std::unexpected(function_error(std::string(invalid_event), read.error().message()));
    }
    if (of_.by_batch()) {
      if (const auto done = all(); !done) return std::unexpected(done.error());
    } else {
      one_by_one();
    }
    if (of_.options_.log_batches) {
      const auto took = std::chrono::duration_cast<std::chrono::microseconds>(about_.steady_now() - begun_);
      about_.log(log_level::info, "changes handled",
                 {{"changes", of_.size() + of_.unreadable().size()},
                  {"failed", failed_.size()},
                  {"microseconds", took.count()}});
    }
    return response_with(failed_);
  }

 private:
  bool refuses(std::size_t i) const {
    return of_.options_.on_wrong_image == wrong_image::fails && of_.problem(i) != nullptr;
  }

  std::expected<void, function_error> all() {
    const unreadable_records unreadable = of_.unreadable();
    if (of_.size() > 0 || unreadable.empty()) {  // a handler that expects a change is given one
      const auto done = of_.hand_over_all(about_, failed_);
      if (!done) return std::unexpected(failed(done.error()));
    }
    for (const failures::entry& each : failed_) log_failure(each.sequence_number, each.why);
    for (std::size_t i = 0; i < of_.size(); ++i) {
      if (refuses(i)) refuse(of_.facts(i), *of_.problem(i));
    }
    for (const auto& each : unreadable) refuse(each);
    return {};
  }

  /// In the event's order, what cannot be read included: it fails where it stands.
  void one_by_one() {
    auto unreadable = of_.unreadable().begin();
    for (std::size_t i = 0; i <= of_.size(); ++i) {
      for (; unreadable != of_.unreadable().end() && unreadable->before == i; ++unreadable) {
        refuse(*unreadable);
        after_failure_of(unreadable->keys_json);
      }
      if (i < of_.size()) one(i);
    }
  }

  void one(std::size_t i) {
    const change_facts& change = of_.facts(i);
    if (stopped_) return failed_.add(change, error(errc::cancelled, "not handed over: an earlier change failed"));
    if (!failed_keys_.empty() && failed_keys_.contains(key_of(change.keys_json()))) {
      return failed_.add(change, error(errc::cancelled, "not handed over: an earlier change of its key failed"));
    }
    if (refuses(i)) {
      refuse(change, *of_.problem(i));
    } else if (const auto done = guarded(i); !done) {
      log_failure(change.sequence_number_text(), done.error());
      failed_.add(change, done.error());
    } else {
      return;
    }
    after_failure_of(change.keys_json());
  }

  void after_failure_of(std::string_view keys_json) {
    switch (of_.options_.on_failure) {
      case after_failure::skip_key:
        if (!keys_json.empty()) failed_keys_.insert(key_of(keys_json));
        break;
      case after_failure::stop: stopped_ = true; break;
      case after_failure::go_on: break;
    }
  }

  result<void> guarded(std::size_t i) {
    try {
      return of_.hand_over(i, about_);
    } catch (const std::exception& e) {
      return fail(errc::invalid_argument, std::string("the handler threw: ") + e.what());
    } catch (...) {
      return fail(errc::invalid_argument, "the handler threw what is no std::exception");
    }
  }

  void refuse(const change_facts& change, const error& problem) {
    failed_.add(change, problem);
    if (++logged_ > failures_logged_max) return;
    about_.log(log_level::warning, "a change does not fit its type",
               {{"sequenceNumber", std::string_view(change.sequence_number_text())},
                {"attribute", std::string_view(attribute_in(problem))}});
  }
  void refuse(const dynamo::detail::unreadable_record& record) {
    failed_.add(record.sequence_number, *record.why);
    if (++logged_ > failures_logged_max) return;
    about_.log(log_level::warning, "a change cannot be read",
               {{"sequenceNumber", std::string_view(record.sequence_number)},
                {"error", std::string_view(record.why->message())}});
  }
  void log_failure(std::string_view number, const error& why) {
    if (++logged_ > failures_logged_max) return;
    about_.log(log_level::warning, "a change failed",
               {{"sequenceNumber", number}, {"error", std::string_view(why.message())}});
  }

  changes_handler& of_;
  const context& about_;
  const std::chrono::steady_clock::time_point begun_;
  failures failed_;
  std::unordered_set<std::string> failed_keys_;
  std::size_t logged_ = 0;
  bool stopped_ = false;
};

answer changes_handler::handle(const json::buffer& event, const context& about) {
  struct clean_up {
    changes_handler& of;
    ~clean_up() { of.forget(); }
  };
  const clean_up afterwards{*this};
  return run(*this, about)(event);
}

}  // namespace dynamo::lambda::detail
