#include <dynamo/protocol/endpoint.hpp>

#include <utility>

namespace dynamo {
namespace {

class absent_endpoint final : public endpoint {
 public:
  result<reply> call(request) override { return why(); }
  void start(request, reply_sink& to) override { to.complete(why()); }

 private:
  static std::unexpected<error> why() {
    return fail(
        errc::invalid_argument,
        "There is no endpoint: the table or database was moved from, was made of a null pointer, or is used before the "
        "variable that holds it was initialised");
  }
};

}  // namespace

std::shared_ptr<endpoint> or_absent(std::shared_ptr<endpoint> given) noexcept {
  if (given) return given;
  static const std::shared_ptr<endpoint>& absent = *new std::shared_ptr<endpoint>(std::make_shared<absent_endpoint>());
  return absent;
}

}  // namespace dynamo
