#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace dynamo::auth {

/// Text that must reach no log: nothing prints it, and its bytes are wiped when it goes.
class secret {
 public:
  secret() = default;
  explicit secret(std::string text) noexcept : text_(std::move(text)) {}
  secret(const secret&) = default;
  secret(secret&& other) noexcept {
    text_.swap(other.text_);
    other.wipe();  // a short text was copied
  }
  secret& operator=(secret other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  ~secret() { wipe(); }

  bool empty() const noexcept { return text_.empty(); }
  /// For what has to be computed or sent with it. Named so that a reader of the caller sees it.
  std::string_view reveal() const noexcept { return text_; }

  /// Takes as long wherever the two differ.
  friend bool operator==(const secret&, const secret&) noexcept;

 private:
  void wipe() noexcept;
  std::string text_;
};

}  // namespace dynamo::auth
