#pragma once

#include <gtest/gtest.h>
#include <http/message/request_parser.hpp>
#include <remote/service/simulated_service.hpp>
#include <remote/service/simulated_world.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo::aws {

/// The client's end of a line.
class line_listener {
 public:
  virtual void connected() = 0;
  virtual void refused(std::string_view why) = 0;
  virtual void received(std::string_view) = 0;
  virtual void ended() = 0;                      ///< in order
  virtual void broke(std::string_view why) = 0;  ///< a reset
  virtual void has_room() = 0;

 protected:
  ~line_listener() = default;
};

/// A TCP connection to the simulated service, and the service's end of it. What fails on it, and after how many bytes, is drawn when it
/// is made and while it lasts. Bytes under way when the client closes it still arrive.
class simulated_line : public std::enable_shared_from_this<simulated_line> {
 public:
  simulated_line(simulated_world& world, simulated_service& service, line_listener& client)
      : world_(world), service_(service), client_(&client), parser_(16'384, 65'536) {
    using namespace std::chrono_literals;
    if (world_.strikes(12)) request_cut_ = draw_cut(3'000);
    if (world_.strikes(12)) response_cut_ = draw_cut(2'000);
    if (world_.strikes(20)) closes_after_idle_ = world_.between(0us, world_.chance(70) ? 10ms : 3s);
  }

  void open() {
    using namespace std::chrono_literals;
    if (world_.strikes(3)) return world_.note("no answer to connect");
    if (world_.strikes(4)) {
      world_.note("refused");
      return tell(world_.latency(), [](line_listener& to) { to.refused("Connection refused"); });
    }
    tell(world_.latency(), [](line_listener& to) { to.connected(); });
    if (world_.strikes(2)) {
      world_.note("half closed from the beginning");
      tell(world_.latency(), [](line_listener& to) { to.ended(); });
      silent_ = true;
    }
  }

  /// Takes some of the bytes, and says how many. 0: has_room() is told later, if ever. Nothing: a broken pipe.
  std::optional<std::size_t> send(std::string_view first, std::string_view second) {
    using namespace std::chrono_literals;
    if (full_) return 0;
    if (closed_ && world_.chance(50)) {
      world_.note("a broken pipe");
      return std::nullopt;
    }
    std::string bytes = std::string(first) + std::string(second);
    if (world_.chance(30)) bytes.resize(1 + world_.up_to(bytes.size() - 1));
    const bool some = bytes.size() < first.size() + second.size();
    std::size_t arriving = bytes.size();
    auto wait = world_.latency();
    if (request_cut_ && sent_ + bytes.size() > request_cut_->after) {
      arriving = request_cut_->after - std::min(sent_, request_cut_->after);
      switch (request_cut_->how) {
        case cut::stall:
          world_.note("no room for the request");
          full_ = true;
          bytes.resize(arriving);
          break;
        case cut::loss: world_.note("a request lost on its way"); break;
        case cut::delay:
          world_.note("a request much too late");
          arriving = bytes.size();
          wait = world_.between(2s, 90s);
          break;
        case cut::reset:
        case cut::end:
          world_.note("a reset amid the request");
          tell(wait + world_.latency(), [](line_listener& to) { to.broke("Connection reset by peer"); });
          break;
      }
      if (request_cut_->how != cut::delay) deaf_from_now_on_ = true;
    }
    sent_ += bytes.size();
    const std::size_t taken = bytes.size();
    bytes.resize(std::min(arriving, bytes.size()));
    if (!bytes.empty() && !lost_) deliver(wait, [bytes = std::move(bytes)](simulated_line& at) { at.hear(bytes); });
    lost_ = lost_ || deaf_from_now_on_;
    if (some && !full_ && world_.chance(50)) {
      full_ = true;
      tell(world_.latency(), [this](line_listener& to) {
        full_ = false;
        to.has_room();
      });
    }
    return taken;
  }

  /// The client hears nothing any more.
  void hang_up() {
    client_ = nullptr;
    deliver(world_.latency(), [](simulated_line& at) { at.gone_ = true; });
  }

 private:
  struct cut {
    enum kind : std::uint8_t { reset, end, stall, loss, delay } how;
    std::size_t after;
  };

  cut draw_cut(std::size_t most) { return {static_cast<cut::kind>(world_.up_to(4)), world_.up_to(most)}; }

  /// Tells the client, in order.
  template <class Tell>
  void tell(simulated_world::microseconds wait, Tell what) {
    client_hears_at_ = std::max(client_hears_at_, world_.now() + wait);
    world_.after(client_hears_at_ - world_.now(), [self = shared_from_this(), what] {
      if (self->client_ != nullptr) what(*self->client_);
    });
  }
  /// Tells the service, in order.
  template <class Deliver>
  void deliver(simulated_world::microseconds wait, Deliver what) {
    service_hears_at_ = std::max(service_hears_at_, world_.now() + wait);
    world_.after(service_hears_at_ - world_.now(),
                 [self = shared_from_this(), what = std::move(what)] { what(*self); });
  }

  void hear(const std::string& bytes) {
    if (closed_) return tell(world_.latency(), [](line_listener& to) { to.broke("Connection reset by peer"); });
    inbox_ += bytes;
    EXPECT_FALSE(busy_) << "a request came before the one before was answered";
    read();
  }

  void read() {
    using state = http::request_parser::state;
    while (!busy_ && !closed_ && !inbox_.empty()) {
      const std::size_t used = parser_.feed(inbox_);
      inbox_.erase(0, used);
      if (parser_.now() == state::complete) return handle();
      if (parser_.now() == state::refused) {
        ADD_FAILURE() << "the client wrote what is no request: " << parser_.why().why;
        closed_ = true;
        return;
      }
      if (parser_.now() == state::reading_body && !seen_head_) {
        seen_head_ = true;
        if (world_.strikes(2)) return answer(service_.refuse_early(), "");
        continue;
      }
      if (used == 0) return;
    }
  }

  void handle() {
    using namespace std::chrono_literals;
    EXPECT_TRUE(inbox_.empty()) << "more came than the request";
    busy_ = true;
    ++requests_;
    const std::string target(parser_.head().field("X-Amz-Target"));
    const std::string body(parser_.take_body().view());
    service_.hear(body);
    const service_act act = service_.act_on(parser_.head());
    if (act.how == service_act::manner::half_closes) end();
    if (gone_ && world_.chance(50)) return;  // it looks whether anybody is still there
    world_.after(world_.latency(), [self = shared_from_this(), act, target, body] {
      std::string answer = act.body;
      if (act.executes) {
        if (self->gone_) self->world_.note("executed after the client had gone");
        std::string done = self->service_.execute(target, body);
        if (answer.empty()) answer = std::move(done);
      }
      self->world_.after(self->world_.latency(), [self, act, answer] { self->answer(act, answer); });
    });
  }

  void answer(const service_act& act, const std::string& body) {
    using namespace std::chrono_literals;
    using manner = service_act::manner;
    if (act.how == manner::never) return;
    if (act.how == manner::ends) return end();
    if (act.how == manner::half_closes) return;
    std::string bytes = service_.response(act, body.empty() ? act.body : body);
    const bool is_one = act.how == manner::twice;  // else the second may come to be the next request's
    while (!bytes.empty()) {
      const std::size_t size = !is_one && world_.chance(30) ? 1 + world_.up_to(bytes.size() - 1) : bytes.size();
      to_client(bytes.substr(0, size));
      bytes.erase(0, size);
    }
    if (act.how == manner::closes || act.how == manner::cut_short || act.how == manner::garbage) return end();
    parser_.restart();
    seen_head_ = false;
    busy_ = false;
    if (closes_after_idle_) {
      world_.after(*closes_after_idle_, [self = shared_from_this(), at = requests_] {
        if (self->busy_ || self->requests_ != at || self->closed_) return;
        self->world_.note(self->parser_.begun() || !self->inbox_.empty() ? "an idle connection closed amid a request"
                                                                         : "an idle connection closed");
        self->end();
      });
    }
    read();
  }

  void to_client(std::string bytes) {
    using namespace std::chrono_literals;
    if (silent_) return;
    auto wait = world_.latency();
    const bool is_cut = response_cut_ && answered_ + bytes.size() > response_cut_->after;
    answered_ += bytes.size();
    if (is_cut && response_cut_->how != cut::delay) {
      bytes.resize(response_cut_->after - (answered_ - bytes.size()));
      silent_ = true;
    }
    if (is_cut && response_cut_->how == cut::delay) {
      world_.note("an answer much too late");
      wait = world_.between(2s, 90s);
    }
    if (!bytes.empty()) tell(wait, [bytes = std::move(bytes)](line_listener& to) { to.received(bytes); });
    if (!is_cut) return;
    if (response_cut_->how == cut::reset) {
      world_.note("a reset amid the answer");
      tell(world_.latency(), [](line_listener& to) { to.broke("Connection reset by peer"); });
    } else if (response_cut_->how == cut::end) {
      world_.note("an end amid the answer");
      tell(world_.latency(), [](line_listener& to) { to.ended(); });
    } else if (response_cut_->how != cut::delay) {
      world_.note("a stall amid the answer");
    }
  }

  /// The service says nothing more, and reads nothing more.
  void end() {
    closed_ = true;
    if (!silent_) tell(world_.latency(), [](line_listener& to) { to.ended(); });
    silent_ = true;
  }

  simulated_world& world_;
  simulated_service& service_;
  line_listener* client_;  // null once it has hung up
  std::optional<cut> request_cut_, response_cut_;
  std::optional<simulated_world::microseconds> closes_after_idle_;
  simulated_world::microseconds client_hears_at_{0}, service_hears_at_{0};
  std::size_t sent_ = 0, answered_ = 0;  // bytes
  bool full_ = false;                    // of what the client sends
  bool deaf_from_now_on_ = false, lost_ = false;
  bool silent_ = false;  // no more comes to the client

  // The service's end.
  http::request_parser parser_;
  std::string inbox_;
  unsigned requests_ = 0;
  bool seen_head_ = false, busy_ = false, closed_ = false;
  bool gone_ = false;  // the client
};

}  // namespace dynamo::aws
