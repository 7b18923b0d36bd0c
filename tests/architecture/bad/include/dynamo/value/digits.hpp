#pragma once

struct digits {
  static result<digits> parse(std::string_view text);  // BAD: returns a result without nodiscard
  [[nodiscard]] result<int> to_int() const;
  void print() const;
};
