#pragma once

#include <dynamo/base/detail/own_process.hpp>
#include <dynamo/base/event_loop.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/base/timer.hpp>

#include <http/exchange/alarm.hpp>
#include <http/pool/name_jobs.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

struct epoll_event;

namespace dynamo::http {

/// Whose requests a loop carries. What has no other note is called on the loop's thread.
class loop_client {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  virtual ~loop_client() = default;
  /// Closes what has been idle for too long, and says when to be asked again.
  virtual time_point expire(time_point now) noexcept = 0;
  /// All its members were told to give up. False: some of them are still to be run; then it is called again.
  virtual bool members_have_left() noexcept = 0;
};

/// A request on its way. Called on the loop's thread.
class loop_member {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit loop_member(loop_client& of) noexcept : client_(of) {}
  virtual ~loop_member() = default;
  loop_member(const loop_member&) = delete;
  loop_member& operator=(const loop_member&) = delete;

  virtual void run() noexcept = 0;                       ///< it was posted, once or more
  virtual void socket_ready(unsigned tag) noexcept = 0;  ///< see socket_watch::events()
  virtual void time_passed(time_point now) noexcept = 0;
  virtual void name_found(const name_job&) noexcept = 0;
  /// Ends at once, because of `why`: a clause.
  virtual void give_up(std::string_view why) noexcept = 0;

  /// It is in the loop's queue, and run() follows.
  bool is_posted() const noexcept { return posted_.load(std::memory_order_acquire); }
  /// Before loop_core::post_first(). Other threads that post it meanwhile need do nothing.
  void is_going_to_be_posted() noexcept { posted_.store(true, std::memory_order_release); }

 private:
  friend class loop_core;
  loop_client& client_;
  time_point deadline_ = time_point::max();
  std::size_t place_ = 0;  // among the members
  std::atomic<bool> posted_{false};
};

/// A thread that waits for sockets, times and posts (epoll, edge-triggered). What has no other note is for that thread.
///
/// On a `host` it has no thread of its own: the host's thread, whichever that is at a time, takes a turn whenever something has come. The same
/// holds for that thread then, while it is within a turn.
///
/// Readiness is told once, when it comes: a descriptor costs one epoll_ctl in its life, and none for each wait. Other threads wake this
/// one only if it sleeps.
class loop_core : public std::enable_shared_from_this<loop_core> {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr time_point never = time_point::max();

  explicit loop_core(timer* time, std::shared_ptr<event_loop> host = nullptr) noexcept
      : time_(time), host_(std::move(host)) {}
  loop_core(const loop_core&) = delete;
  loop_core& operator=(const loop_core&) = delete;
  ~loop_core();

  /// Any thread. Starts the thread if it is not there. Errors: unavailable (no thread or descriptors left), cancelled (it was stopped).
  result<void> start();
  /// Any thread: ends everything, and waits for it unless it is this one.
  void stop() noexcept;
  /// Any thread, of a loop on a host: does what there is to do, on this thread. A caller that waits for the loop has to, as the host may
  /// not be running.
  void take_turn() noexcept;
  bool is_hosted() const noexcept { return host_ != nullptr; }
  /// Any thread. Has run() called, unless the thread has ended.
  void post(loop_member&) noexcept;
  /// Any thread. Of one that is_going_to_be_posted(). False if the loop is being stopped.
  bool post_first(loop_member&) noexcept;
  /// Any thread. Its members give up, and it is forgotten; then members_have_left() says so. False if there is no thread: then it is unknown.
  /// `kept`: null, if the caller waits for that.
  bool post_end_of(loop_client&, std::shared_ptr<loop_client> kept) noexcept;
  /// Any thread: of a name_job, once it has an answer.
  void post_answer(std::shared_ptr<name_job>) noexcept;

  bool is_this_thread() const noexcept { return std::this_thread::get_id() == id_.load(std::memory_order_relaxed); }
  bool is_of_this_process() const noexcept { return process_.is_this(); }
  /// Any thread.
  time_point now() const noexcept { return time_ != nullptr ? time_->steady_now() : std::chrono::steady_clock::now(); }

  /// From now on it has a deadline, and hears of its client's end.
  void join(loop_member&);
  void leave(loop_member&) noexcept;
  void set_deadline(loop_member&, time_point) noexcept;
  /// Asks the client to expire() at that time, if not before. Its first call makes it known.
  void set_expiry(loop_client&, time_point) noexcept;
  name_worker& names() noexcept { return names_; }
  /// What a receive fills before anything else runs; it is nobody's afterwards.
  std::span<char> scratch() noexcept { return scratch_; }

 private:
  friend class socket_watch;
  class hosted_turn;
  struct slot {
    loop_member* who = nullptr;
    unsigned tag = 0;
    std::uint32_t generation = 0;
    std::uint32_t events = 0;
  };
  struct known_client {
    loop_client* who;
    time_point expiry;
  };

  struct ending_client {
    loop_client* who;
    std::shared_ptr<loop_client> kept;
  };

  void run() noexcept;
  bool go_round();
  result<void> make_descriptors();
  void turn_by_host() noexcept;
  void wait_on_host();
  void go_to_sleep();
  void set_alarm(time_point now);
  bool run_posted();
  bool take_posted();
  void be_awake();
  void end_of_thread();
  void hear(const ::epoll_event&) noexcept;
  void check_time(time_point now);
  int time_to_wait(time_point now);
  void end_members_of(const loop_client*, std::string_view why);
  /// Changes what the lock guards, and wakes the thread if it sleeps.
  template <class Change>
  void tell(Change change) noexcept;

  const own_process process_;
  timer* const time_;
  const std::shared_ptr<event_loop> host_;
  int epoll_ = -1;
  std::shared_ptr<alarm> bell_;
  name_worker names_{*this};
  std::mutex joining_;
  std::thread thread_;
  std::mutex turning_;           // on a host: one turn at a time
  int alarm_clock_ = -1;         // on a host: a timerfd
  time_point alarm_at_ = never;  // likewise
  bool ended_ = false;           // likewise
  std::atomic<std::thread::id> id_;

  std::mutex mutex_;  // of what follows
  std::vector<loop_member*> posted_;
  std::vector<ending_client> ending_clients_;
  std::vector<std::shared_ptr<name_job>> answers_;
  std::vector<std::uint32_t> unwatched_;
  bool asleep_ = false;
  bool is_waited_for_ = false;  // by the host
  bool running_ = false;
  bool stopping_ = false;

  // Of the thread.
  std::vector<loop_member*> members_;
  std::vector<known_client> clients_;
  std::vector<slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::vector<loop_member*> being_run_;
  std::vector<ending_client> being_ended_;
  std::vector<std::shared_ptr<name_job>> being_told_;
  time_point next_check_ = never;
  bool stop_seen_ = false;
  std::array<char, 65'536> scratch_;
};

/// A descriptor that a loop watches, for as long as this object lives. It is made, lent and asked on the loop's thread, and may be
/// destroyed on any, then by whom it is lent to nobody. To be destroyed before the descriptor is closed.
class socket_watch {
 public:
  socket_watch() noexcept = default;
  socket_watch(socket_watch&& other) noexcept
      : loop_(std::exchange(other.loop_, nullptr)), descriptor_(other.descriptor_), slot_(other.slot_) {}
  socket_watch& operator=(socket_watch&& other) noexcept {
    std::swap(loop_, other.loop_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(slot_, other.slot_);
    return *this;
  }
  ~socket_watch() { end(); }

  /// False: the system refuses.
  [[nodiscard]] bool begin(loop_core&, int descriptor, loop_member* who, unsigned tag = 0);
  void end() noexcept;

  /// Who is told when something happens; null: nobody, it is remembered.
  void lend(loop_member* who) noexcept { loop_->slots_[slot_].who = who; }
  bool is_watching() const noexcept { return loop_ != nullptr; }

  /// There may be something to receive, or an end.
  bool can_receive() const noexcept;
  /// The peer sends no more, or the connection is broken.
  bool has_ended() const noexcept;
  /// All there was has been received, but for an end. What comes from now on is told again.
  void all_received() noexcept;
  void nothing_to_receive() noexcept;
  bool can_send() const noexcept;
  void no_room_to_send() noexcept;

 private:
  std::shared_ptr<loop_core> loop_;
  int descriptor_ = -1;
  std::uint32_t slot_ = 0;
};

}  // namespace dynamo::http
