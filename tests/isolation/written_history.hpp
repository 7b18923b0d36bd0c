#pragma once

#include "history.hpp"

#include <charconv>
#include <string_view>

namespace dynamo::isolation {

/// A small history, written by hand: a line an operation, each by a client of its own, with times in microseconds.
///   0..9 x+1 y=1,2     from 0 to 9 it appended 1 to the list x and read [1 2] in y
///   0..9 x:=1 y==2     from 0 to 9 it wrote 1 to the register x and read 2 in y; 0 stands for "no item"
///   0..9 failed x+1    certainly not applied
///   0..  x+1           outcome unknown
inline history written_history(std::string_view text) {
  const auto cut = [](std::string_view& from, char at) {
    const std::size_t end = std::min(from.find(at), from.size());
    const std::string_view part = from.substr(0, end);
    from.remove_prefix(std::min(end + 1, from.size()));
    return part;
  };
  const auto number = [](std::string_view digits) {
    std::int64_t n = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), n);
    return n;
  };
  history all;
  while (!text.empty()) {
    std::string_view line = cut(text, '\n');
    operation o;
    o.client = static_cast<int>(all.size());
    o.name = "op";
    const std::string_view times = cut(line, ' ');
    const std::size_t dots = times.find("..");
    o.invoked = 1000 * number(times.substr(0, dots));
    if (times.size() > dots + 2) {
      o.completed = 1000 * number(times.substr(dots + 2));
      o.came = operation::outcome::ok;
    }
    while (!line.empty()) {
      const std::string_view word = cut(line, ' ');
      const std::string item(word.substr(0, 1));
      const std::string_view rest = word.substr(1);
      if (word == "failed") {
        o.came = operation::outcome::failed;
      } else if (rest.starts_with(":=")) {
        o.does.push_back({access::kind::write, item, number(rest.substr(2)), {}});
      } else if (rest.starts_with("==")) {
        o.does.push_back({access::kind::read, item, number(rest.substr(2)), {}});
      } else if (rest.starts_with("+")) {
        o.does.push_back({access::kind::append, item, number(rest.substr(1)), {}});
      } else if (!word.empty()) {
        access read{access::kind::list, item, 0, {}};
        for (std::string_view list = rest.substr(1); !list.empty();) read.seen.push_back(number(cut(list, ',')));
        o.does.push_back(read);
      }
    }
    all.push_back(o);
  }
  return all;
}

}  // namespace dynamo::isolation
