#pragma once

#include <http/pool/pool_book.hpp>
#include <http/pool/pool_core.hpp>
#include <remote/service/carrier.hpp>
#include <remote/service/simulated_line.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace dynamo::aws {

/// http::client_pool's calls on simulated lines: the same book, the same machine, the same rule for what is sent again, and in place of sockets and a
/// loop the world's events. Must outlive them.
class simulated_pool final : public carrier {
 public:
  void preconnect(std::size_t) override {}
  using outcome = std::expected<http::client_response, http::exchange_failure>;

  simulated_pool(simulated_world& world, simulated_service& service, const http::pool_limits& limits)
      : world_(world), service_(service), book_(limits), connections_max_(limits.connections_max) {}

  outcome send(const http::exchange_request& r, const std::stop_token& stop) override {
    struct final_sink final : http::exchange_sink {
      void complete(outcome came) noexcept override { got = std::move(came); }
      std::optional<outcome> got;
    } sink;
    start(r, stop, sink);
    while (!sink.got) {
      if (world_.time.advance_to_next()) continue;
      ADD_FAILURE() << "a call waits for nothing";
      return std::unexpected(http::exchange_failure(errc::transport, http::exchange_phase::wait, "waits for nothing"));
    }
    return *std::move(sink.got);
  }

  void start(const http::exchange_request& r, std::stop_token stop, http::exchange_sink& sink) override {
    const auto one = std::make_shared<call>(*this, r, sink);
    calls_.push_back(one);
    if (stop.stop_possible()) one->heed(std::move(stop));
    if (world_.chance(50)) return one->begin();
    world_.after(simulated_world::microseconds(0), [one] { one->begin(); });
  }

  void close() noexcept override {
    book_.close();
    expire();
    while (http::pool_waiter* const each = book_.next_refused()) static_cast<call*>(each)->turned_away();
    for (const auto& each : calls_) each->cancel();
  }

  std::size_t calls() const { return calls_.size(); }
  std::size_t lines() const { return lines_; }
  const http::pool_book& book() const { return book_; }

 private:
  class call;

  /// The client's end of a line, and its machine.
  class connection final : public line_listener {
   public:
    connection(simulated_pool& of, const http::exchange_limits& limits)
        : machine(http::address("db.example", 8000), limits), of_(of) {
      line = std::make_shared<simulated_line>(of.world_, of.service_, *this);
      ++of_.lines_;
    }
    ~connection() {
      line->hang_up();
      --of_.lines_;
    }

    void connected() override {
      machine.connected(of_.now());
      go_on();
    }
    void refused(std::string_view why) override {
      const bool unnamed = of_.world_.chance(30);  // a name that is not found is told in the same way
      machine.connect_failed(unnamed ? http::exchange_phase::resolve : http::exchange_phase::connect, why);
      go_on();
    }
    void received(std::string_view bytes) override {
      machine.received(bytes, of_.now());
      go_on();
    }
    void ended() override {
      machine.closed_by_peer();
      go_on();
    }
    void broke(std::string_view why) override {
      if (of_.world_.chance(50)) machine.write_failed(why, of_.now());
      machine.read_failed(why);
      go_on();
    }
    void has_room() override { go_on(); }

    http::client_exchange machine;
    std::shared_ptr<simulated_line> line;
    call* user = nullptr;
    bool opened = false;

   private:
    void go_on() {
      if (user != nullptr) user->drive();
    }
    simulated_pool& of_;
  };

  struct place {
    http::pool_book::connection number = 0;
    std::unique_ptr<connection> at;
  };

  /// http::async_call, with events in place of descriptors.
  class call final : public http::pool_waiter, public std::enable_shared_from_this<call> {
   public:
    call(simulated_pool& of, const http::exchange_request& r, http::exchange_sink& sink)
        : of_(of), request_(r), sink_(&sink) {}

    void heed(std::stop_token stop) { on_stop_.emplace(std::move(stop), stopper{this}); }

    void begin() {
      if (sink_ == nullptr) return;
      if (cancelled_) return fail(errc::cancelled, "the request was cancelled");
      asked_ = of_.now();
      of_.expire();
      const auto got = of_.book_.ask(*this, asked_);
      using answer = http::pool_book::answer;
      switch (got.what) {
        case answer::use:
        case answer::open: return use(of_.place_of(got.which));
        case answer::full: return fail(errc::unavailable, "too many wait");
        case answer::closed: return fail(errc::cancelled, "the pool has been closed");
        case answer::wait: break;
      }
      of_.world_.note("waited for a connection");
      request_.begun = std::min(request_.begun, asked_);
      waits_ = true;
      wake_at(http::end_of(request_));
    }
    /// Its turn has come; it goes on later, as a loop that is posted to.
    void take_turn(place& one) {
      waits_ = false;
      of_.world_.after(simulated_world::microseconds(0), [self = shared_from_this(), &one] { self->use(one); });
    }
    void turned_away() {
      waits_ = false;
      of_.world_.after(simulated_world::microseconds(0),
                       [self = shared_from_this()] { self->fail(errc::cancelled, "the pool has been closed"); });
    }
    void cancel() {
      cancelled_ = true;
      of_.world_.after(simulated_world::microseconds(0), [self = shared_from_this()] { self->be_cancelled(); });
    }

    /// Does what the machine wants, until it has to wait.
    void drive() {
      using kind = http::exchange_step::kind;
      for (;;) {
        connection& c = *place_->at;
        const http::exchange_step step = c.machine.step();
        switch (step.what) {
          case kind::connect:
            if (!std::exchange(c.opened, true)) c.line->open();
            return wake_at(step.deadline);
          case kind::transfer: {
            const bool sends = !(step.write[0].empty() && step.write[1].empty());
            if (!sends) return wake_at(step.deadline);
            const auto taken = c.line->send(step.write[0], step.write[1]);
            if (!taken) {
              c.machine.write_failed("Broken pipe", of_.now());
              break;
            }
            if (*taken == 0) return wake_at(step.deadline);
            c.machine.written(*taken, of_.now());
            break;
          }
          case kind::done: {
            const bool reusable = c.machine.reusable();
            return finish(c.machine.take(), reusable);
          }
          case kind::failed: {
            http::exchange_failure why = c.machine.failure();
            if (!http::may_be_sent_again(why, request_) || std::exchange(repeated_, true)) {
              return finish(std::unexpected(std::move(why)), false);
            }
            was_sent_ = why.sent;
            of_.world_.note("sent again by the pool");
            request_.begun = std::min(request_.begun, asked_);
            connect();
            break;
          }
        }
      }
    }

   private:
    struct stopper {
      call* of;
      void operator()() const noexcept { of->cancel(); }
    };

    void use(place& one) {
      place_ = &one;
      if (one.at && one.at->machine.reusable()) {
        one.at->user = this;
        one.at->machine.start(request_, of_.now());
      } else {
        renewed_ = one.at != nullptr;
        connect();
      }
      if (cancelled_) one.at->machine.cancelled();
      drive();
    }
    void connect() {
      renewed_ = renewed_ || place_->at != nullptr;
      place_->at = nullptr;
      place_->at = std::make_unique<connection>(of_, http::exchange_limits());
      place_->at->user = this;
      place_->at->machine.start(request_, of_.now());
    }
    void be_cancelled() {
      if (sink_ == nullptr) return;
      if (waits_ && of_.book_.leave(*this)) return fail(errc::cancelled, "the request was cancelled");
      if (place_ == nullptr) return;  // use() follows
      place_->at->machine.cancelled();
      drive();
    }
    void wake_at(std::chrono::steady_clock::time_point due) {
      wanted_ = due;
      if (due == std::chrono::steady_clock::time_point::max() || due >= wakes_at_) return;
      wakes_at_ = due;
      const auto wait = std::chrono::ceil<simulated_world::microseconds>(due - of_.now());
      of_.world_.after(std::max(wait, simulated_world::microseconds(0)), [self = shared_from_this(), due] {
        if (self->wakes_at_ == due) self->woken();
      });
    }
    void woken() {
      wakes_at_ = std::chrono::steady_clock::time_point::max();
      if (sink_ == nullptr) return;
      if (of_.now() < wanted_) return wake_at(wanted_);
      if (place_ != nullptr) {
        place_->at->machine.time_passed(of_.now());
        return drive();
      }
      if (waits_ && of_.book_.leave(*this)) fail(errc::timed_out, "none of its connections became free in time");
    }

    void fail(errc code, std::string why) {
      finish(std::unexpected(http::exchange_failure(code, http::exchange_phase::wait, std::move(why))), false);
    }
    void finish(outcome came, bool reusable) {
      const auto self = shared_from_this();
      if (was_sent_) (came ? came->sent_before : came.error().sent) = true;
      if (place_ != nullptr) {
        place_->at->user = nullptr;
        of_.give_back(*std::exchange(place_, nullptr), reusable, renewed_);
      }
      on_stop_.reset();
      std::erase(of_.calls_, self);
      std::exchange(sink_, nullptr)->complete(std::move(came));
    }

    simulated_pool& of_;
    http::exchange_request request_;
    http::exchange_sink* sink_;  // null once it has been told
    std::optional<std::stop_callback<stopper>> on_stop_;
    place* place_ = nullptr;
    std::chrono::steady_clock::time_point asked_;
    std::chrono::steady_clock::time_point wanted_ = std::chrono::steady_clock::time_point::max();
    std::chrono::steady_clock::time_point wakes_at_ = std::chrono::steady_clock::time_point::max();
    bool waits_ = false;
    bool cancelled_ = false;
    bool repeated_ = false;
    bool was_sent_ = false;  // the first time
    bool renewed_ = false;
  };

  std::chrono::steady_clock::time_point now() const { return world_.time.steady_now(); }

  place& place_of(http::pool_book::connection number) {
    while (places_.size() <= number) {
      places_.push_back(std::make_unique<place>());
      places_.back()->number = static_cast<http::pool_book::connection>(places_.size() - 1);
    }
    return *places_[number];
  }

  void give_back(place& one, bool reusable, bool renewed) {
    if (renewed) book_.renewed(one.number, now());
    const auto turn = book_.give_back(one.number, reusable, now());
    if (!turn.keep) one.at = nullptr;
    if (turn.next != nullptr) static_cast<call*>(turn.next)->take_turn(one);
    expire();
  }

  void expire() {
    while (const auto over = book_.expire(now())) places_[*over]->at = nullptr;
    EXPECT_LE(book_.connections(), connections_max_);
    const auto next = book_.next_expiry();
    if (next == http::pool_book::never || next == expires_at_) return;
    expires_at_ = next;
    world_.after(std::chrono::ceil<simulated_world::microseconds>(next - now()), [this] {
      expires_at_ = http::pool_book::never;
      expire();
    });
  }

  simulated_world& world_;
  simulated_service& service_;
  http::pool_book book_;
  const std::size_t connections_max_;
  std::vector<std::unique_ptr<place>> places_;
  std::vector<std::shared_ptr<call>> calls_;
  std::size_t lines_ = 0;
  std::chrono::steady_clock::time_point expires_at_ = http::pool_book::never;
};

}  // namespace dynamo::aws
