#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::isolation {

/// One thing that an operation did to one item. An item is a register, which holds one number or nothing, or a list, which only grows.
/// Within a history every number is written or appended at most once; 0 stands for "no item".
struct access {
  enum class kind : std::uint8_t {
    read,   ///< of a register, which held `value`
    write,  ///< of a register, which holds `value` from now on; 0: it was deleted
    list,   ///< a list was read, and was `seen`
    append  ///< `value` was appended to a list
  };
  kind what = kind::read;
  std::string item;
  std::int64_t value = 0;
  std::vector<std::int64_t> seen = {};
};
bool operator==(const access&, const access&);

/// One operation of one client, from before its request was sent until after its answer was there. What it did, it did in the order of
/// `does`: a conditional write is a read and a write. A write whose condition failed is `ok`, and the read of what it met.
struct operation {
  enum class outcome : std::uint8_t {
    ok,
    failed,  ///< certainly not applied
    unknown  ///< perhaps applied, at any time after it was invoked: the server was killed, say
  };
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

  int client = 0;  ///< with one operation at a time
  std::string name;
  std::int64_t invoked = 0;        ///< nanoseconds of a clock that never goes back, of all clients
  std::int64_t completed = never;  ///< `never` if the outcome is unknown
  outcome came = outcome::unknown;
  std::vector<access> does;
};
bool operator==(const operation&, const operation&);

using history = std::vector<operation>;

/// A line of JSON for each operation; README.md describes it.
void write_history(std::ostream&, const history&);
/// Reads what write_history() wrote. Throws std::runtime_error, with the number of the line, at anything else.
history read_history(std::istream&);

/// "T3 (client 2, PutItem, 17..25 us: r1 = 4)": an operation in one line, times since `start` (nanoseconds).
std::string in_words(const history&, std::size_t which, std::int64_t start);
std::string in_words(const access&);
/// When the first operation was invoked.
std::int64_t start_of(const history&);

}  // namespace dynamo::isolation
