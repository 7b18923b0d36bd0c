#include <dynamo/json/buffer.hpp>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <new>

namespace dynamo::json {
namespace {

/// What a buffer starts with: most requests and items fit, and the whole block is one kilobyte.
constexpr std::size_t room_min = 1024 - buffer::padding;
/// A thread keeps this many blocks of at most this size for its next buffers: a request, its reply and two to spare, and
/// never more than one megabyte.
constexpr std::size_t kept_blocks_max = 4;
constexpr std::size_t kept_room_max = 256 * std::size_t{1024} - buffer::padding;

struct block {
  char* data;
  std::size_t room;
};

/// Has no destructor, so that it can be used until the very end of a thread, when buffers of other thread-local objects
/// may still be released.
struct block_pool {
  block kept[kept_blocks_max];
  std::size_t count;
  bool closed;
};
constinit thread_local block_pool pool{};

struct pool_closer {
  bool registered = false;
  ~pool_closer() {
    pool.closed = true;
    while (pool.count > 0) std::free(pool.kept[--pool.count].data);
  }
};
thread_local pool_closer closer;

void give_back(block unused) noexcept {
  if (pool.closed || pool.count == kept_blocks_max || unused.room > kept_room_max) {
    std::free(unused.data);
    return;
  }
  closer.registered = true;  // the first use arranges for the destructor at the thread's end
  pool.kept[pool.count++] = unused;
}

/// A block with at least `room` bytes: the last one given back if it is large enough, otherwise a new one.
block obtain(std::size_t room) {
  if (pool.count > 0 && pool.kept[pool.count - 1].room >= room) return pool.kept[--pool.count];
  auto* data = static_cast<char*>(std::malloc(room + buffer::padding));
  if (data == nullptr) throw std::bad_alloc();
  return {data, room};
}

}  // namespace

void buffer::grow(std::size_t more) {
  if (more > std::numeric_limits<std::size_t>::max() / 4 - size_) throw std::bad_alloc();
  enlarge(std::max(size_ + more, 2 * room_));
}

void buffer::enlarge(std::size_t room) {
  if (room_ > kept_room_max) {  // the system moves pages of large blocks, and holds no second copy meanwhile
    auto* const moved = static_cast<char*>(std::realloc(data_, room + padding));
    if (moved == nullptr) throw std::bad_alloc();
    data_ = moved;
    room_ = room;
    return;
  }
  const block next = obtain(std::max(room, room_min));
  if (data_ != nullptr) {
    std::memcpy(next.data, data_, size_);
    give_back({data_, room_});
  }
  data_ = next.data;
  room_ = next.room;
}

void buffer::recycle() noexcept { give_back({data_, room_}); }

}  // namespace dynamo::json
