#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dynamo::event_source {

/// Cuts what comes in pieces into lines; those that are too long, into several. Holds at most one line.
class line_splitter {
 public:
  explicit line_splitter(std::size_t line_size_max) : line_size_max_(line_size_max) {}

  /// Calls `line(text)` for each line that is complete, without its end.
  template <class Line>
  void take(std::string_view bytes, Line line) {
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      const std::size_t room = line_size_max_ - begun_.size();
      const std::string_view piece = bytes.substr(0, end < room ? end : room);  // npos is more than any room
      begun_.append(piece);
      bytes.remove_prefix(piece.size());
      const bool ends = !bytes.empty() && bytes.front() == '\n';
      if (ends) bytes.remove_prefix(1);
      if (ends || begun_.size() == line_size_max_) give(line);
    }
  }
  /// The end: also what has no end of line.
  template <class Line>
  void finish(Line line) {
    if (!begun_.empty()) give(line);
  }

 private:
  template <class Line>
  void give(Line& line) {
    line(std::string_view(begun_));
    begun_.clear();
  }

  std::size_t line_size_max_;
  std::string begun_;
};

}  // namespace dynamo::event_source
