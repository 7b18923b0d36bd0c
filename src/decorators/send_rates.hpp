#pragma once

#include <dynamo/decorators/retrying.hpp>

#include <decorators/send_rate.hpp>
#include <decorators/throughput_key.hpp>

#include <chrono>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace dynamo {

/// The limits of one endpoint, by what they limit. Thread-safe; time is an argument.
class send_rates {
 public:
  using time_point = send_rate::time_point;
  using keys = std::vector<throughput_key>;
  using places = std::vector<double>;  ///< one for each key

  explicit send_rates(const send_rate_settings& settings) : settings_(settings) {}

  /// Gives a request its place at all that it draws on, and answers how long it has to wait; nothing, and no place, if that is longer
  /// than `most`.
  std::optional<std::chrono::microseconds> reserve(const keys&, places&, time_point now,
                                                   std::chrono::microseconds most);
  /// How long it still has to wait, at the rates as they are now.
  std::chrono::microseconds wait(const keys&, const places&, time_point now);
  /// A request that had its places is not sent after all.
  void give_back(const keys&);
  /// A request was answered, and `throttled` has to be drawn on less.
  void answered(const keys&, const keys& throttled, time_point now);

  /// Those that limit.
  std::vector<limited_rate> rates() const;

 private:
  struct entry {
    send_rate rate;
    std::list<const throughput_key*>::iterator used_at;
  };
  send_rate& rate_of(const throughput_key&, time_point now);

  const send_rate_settings settings_;
  mutable std::mutex mutex_;
  std::map<throughput_key, entry> entries_;
  std::list<const throughput_key*> used_;  // keys of entries_, the latest first
};

}  // namespace dynamo
