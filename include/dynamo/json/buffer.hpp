#pragma once

#include <cassert>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

namespace dynamo::json {

/// Growing text with at least `padding` readable bytes after its end, so that readers may load whole vector registers.
///
/// Memory comes from, and returns to, a small bounded pool of the calling thread: in the steady state a request costs no
/// allocation. Movable, not copyable by accident (see copy()). Not thread-safe; may be destroyed on another thread.
class buffer {
 public:
  static constexpr std::size_t padding = 64;

  buffer() noexcept = default;
  explicit buffer(std::string_view text) { append(text); }
  buffer(buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        room_(std::exchange(other.room_, 0)) {}
  buffer& operator=(buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(room_, other.room_);
    return *this;
  }
  buffer(const buffer&) = delete;
  buffer& operator=(const buffer&) = delete;
  ~buffer() {
    if (data_ != nullptr) recycle();
  }
  buffer copy() const { return buffer(view()); }

  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return room_; }  ///< bytes of text it holds memory for
  bool empty() const noexcept { return size_ == 0; }
  /// Valid until the buffer grows. The bytes up to `padding` past the end may be read; their content is unspecified.
  std::string_view view() const noexcept { return {data_ == nullptr ? nothing : data_, size_}; }
  char* data() noexcept { return data_; }
  char back() const noexcept { return data_[size_ - 1]; }

  void append(std::string_view text) {
    char* at = extend(text.size());
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    size_ += text.size();
  }
  void append(char c) {
    *extend(1) = c;
    ++size_;
  }
  /// Makes room for `more` bytes and returns where they go; commit(n) then counts the n <= more bytes that were written.
  char* extend(std::size_t more) {
    if (more > room_ - size_) [[unlikely]]
      grow(more);
    return data_ + size_;
  }
  void commit(std::size_t written) noexcept {
    assert(written <= room_ - size_);
    size_ += written;
  }
  /// Makes capacity() at least `capacity`, and no larger than needed.
  void reserve(std::size_t capacity) {
    if (capacity > room_) enlarge(capacity);
  }
  /// Drops everything from `size` on.
  void truncate(std::size_t size) noexcept {
    assert(size <= size_);
    size_ = size;
  }
  void clear() noexcept { size_ = 0; }

 private:
  static constexpr char nothing[padding] = {};

  void grow(std::size_t more);  // out of line: throws std::bad_alloc only
  void enlarge(std::size_t room);
  void recycle() noexcept;

  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t room_ = 0;  // without the padding
};

}  // namespace dynamo::json
