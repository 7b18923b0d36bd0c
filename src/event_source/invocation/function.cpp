#include <dynamo/event_source/function.hpp>

#include <exception>

namespace dynamo::event_source {
namespace {

class in_process final : public function {
 public:
  using handler = std::function<result<std::string>(std::string_view)>;
  in_process(handler h, std::string arn) : handler_(std::move(h)), arn_(std::move(arn)) {}

  void invoke(invocation what, outcome_sink& to) override { to.complete(call(what.event.view())); }
  std::string_view arn() const noexcept override { return arn_; }

 private:
  outcome call(std::string_view event) const {
    try {
      result<std::string> answer = handler_(event);
      if (answer) return {outcome::kind::response, *std::move(answer)};
      return {outcome::kind::error, answer.error().describe()};
    } catch (const std::exception& thrown) {
      return {outcome::kind::error, thrown.what()};
    } catch (...) {
      return {outcome::kind::error, "the function threw something that is no std::exception"};
    }
  }

  handler handler_;
  std::string arn_;
};

}  // namespace

std::shared_ptr<function> function_of(in_process::handler h, std::string_view name) {
  return std::make_shared<in_process>(std::move(h), function_arn("local", name));
}

std::string function_arn(std::string_view region, std::string_view name) {
  return "arn:aws:lambda:" + std::string(region) + ":000000000000:function:" + std::string(name);
}

}  // namespace dynamo::event_source
