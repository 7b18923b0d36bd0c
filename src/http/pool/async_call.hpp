#pragma once

#include <http/exchange/connect_race.hpp>
#include <http/pool/loop_core.hpp>
#include <http/pool/pool_core.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::http {

/// One request of a pool on its way through a loop, from start() to its sink. An object is used for one request after another.
///
/// Whatever happens, it ends in finish(), once, on the loop's thread. What other threads tell it (cancellation, its turn for a connection)
/// is noted, and posted.
class async_call final : public loop_member, public pool_caller {
 public:
  async_call(pool_core& of, loop_core& on) : loop_member(of), pool_(of), loop_(on) {}

  // By the pool, on any thread. False: the loop is being stopped, and nothing will happen.
  bool begin(const exchange_request&, std::stop_token, exchange_sink&);
  /// Without a request: connects, and gives the connection back.
  bool begin_to_open(pooled_connection&);

  void take_turn(pooled_connection&) noexcept override;
  void be_turned_away() noexcept override;

  void run() noexcept override;
  void socket_ready(unsigned tag) noexcept override;
  void time_passed(time_point now) noexcept override;
  void name_found(const name_job&) noexcept override;
  void give_up(std::string_view why) noexcept override;

 private:
  enum class state : std::uint8_t {
    fresh,
    waiting,       ///< for a connection
    resolving,     ///< its host's name
    connecting,    ///< to one of its addresses
    transferring,  ///< handshake, request and response
    finished,
  };
  struct canceller {
    async_call* of;
    void operator()() const noexcept;
  };
  /// A way to the host that is tried.
  struct attempt {
    stream_socket socket;
    socket_watch watch;
  };
  struct connecting {
    explicit connecting(std::vector<socket_address> a) : addresses(std::move(a)), race(addresses.size()) {}
    std::vector<socket_address> addresses;
    connect_race race;
    std::array<attempt, connect_race::addresses_max> tried;
    std::string problem;
  };

  void clear() noexcept;
  void ask();
  void use(pooled_connection&, time_point now);
  bool make_connection(time_point now);
  void drive(time_point now);
  void wait_until(time_point due) { loop_.set_deadline(*this, due); }
  void resolve(time_point now);
  void connect(std::vector<socket_address>, time_point now);
  void try_next(time_point now);
  void lose(attempt&, int problem);
  void win(attempt&, time_point now);
  void look_at(attempt&, time_point now);
  void fail(exchange_failure);
  void finish(std::expected<client_response, exchange_failure>);
  client_exchange& machine() noexcept { return connection_->connection->machine; }

  pool_core& pool_;
  loop_core& loop_;
  exchange_request request_;
  exchange_sink* sink_ = nullptr;  // null: the connection is all that is wanted
  std::optional<std::stop_callback<canceller>> callback_;
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> told_{false};      // whether it has a turn
  pooled_connection* turn_ = nullptr;  // null when it is told: none
  pooled_connection* connection_ = nullptr;
  std::shared_ptr<name_job> job_;
  std::unique_ptr<connecting> connecting_;
  time_point asked_;
  state state_ = state::fresh;
  bool repeated_ = false;
  bool was_sent_ = false;  // the first time
  bool renewed_ = false;   // another connection than was lent
  bool reusable_ = false;  // the connection, by others
};

}  // namespace dynamo::http
