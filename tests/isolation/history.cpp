#include "history.hpp"

#include "../support/wire.hpp"

#include <algorithm>
#include <istream>
#include <ostream>
#include <stdexcept>

namespace dynamo::isolation {
namespace {

using namespace testing_support;

constexpr std::string_view kinds[] = {"read", "write", "list", "append"};
constexpr std::string_view outcomes[] = {"ok", "failed", "unknown"};

template <class Enum, std::size_t Size>
std::optional<Enum> find_name(const std::string_view (&names)[Size], std::string_view name) {
  const auto at = std::ranges::find(names, name);
  if (at == std::end(names)) return std::nullopt;
  return static_cast<Enum>(at - std::begin(names));
}

std::string list_text(const std::vector<std::int64_t>& list, std::string_view between) {
  std::string text = "[";
  for (std::size_t i = 0; i < list.size(); ++i) text += (i == 0 ? "" : std::string(between)) + std::to_string(list[i]);
  return text + "]";
}

void write(std::ostream& to, const access& a) {
  to << R"({"do":")" << kinds[static_cast<std::size_t>(a.what)] << R"(","item":")" << a.item << "\",";
  if (a.what == access::kind::list) {
    to << R"("seen":)" << list_text(a.seen, ",") << "}";
  } else {
    to << R"("value":)" << a.value << "}";
  }
}

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

std::int64_t number(std::string_view object, std::string_view name) {
  const auto text = member(object, name);
  require(text.has_value(), "a number is missing");
  return *text == "null" ? operation::never : std::stoll(*text);
}

access read_access(const std::string& text) {
  const auto what = find_name<access::kind>(kinds, text_member(text, "do"));
  require(what.has_value(), "unknown \"do\"");
  access a{*what, text_member(text, "item"), 0, {}};
  if (a.what != access::kind::list) {
    a.value = number(text, "value");
    return a;
  }
  for (const std::string& one : elements(member(text, "seen").value_or(""))) a.seen.push_back(std::stoll(one));
  return a;
}

operation read_operation(const std::string& line) {
  const auto came = find_name<operation::outcome>(outcomes, text_member(line, "outcome"));
  require(came.has_value(), "unknown \"outcome\"");
  operation o;
  o.client = static_cast<int>(number(line, "client"));
  o.name = text_member(line, "name");
  o.invoked = number(line, "invoked");
  o.completed = number(line, "completed");
  o.came = *came;
  for (const std::string& one : elements(member(line, "does").value_or(""))) o.does.push_back(read_access(one));
  require((o.completed == operation::never) == (o.came == operation::outcome::unknown),
          "only an unknown outcome has no \"completed\"");
  require(o.invoked < o.completed, "it was completed before it was invoked");
  return o;
}

}  // namespace

bool operator==(const access& a, const access& b) {
  return a.what == b.what && a.item == b.item && a.value == b.value && a.seen == b.seen;
}

bool operator==(const operation& a, const operation& b) {
  return a.client == b.client && a.name == b.name && a.invoked == b.invoked && a.completed == b.completed &&
         a.came == b.came && a.does == b.does;
}

void write_history(std::ostream& to, const history& all) {
  for (const operation& o : all) {
    to << R"({"client":)" << o.client << R"(,"name":")" << o.name << R"(","invoked":)" << o.invoked
       << R"(,"completed":)" << (o.completed == operation::never ? "null" : std::to_string(o.completed))
       << R"(,"outcome":")" << outcomes[static_cast<std::size_t>(o.came)] << R"(","does":[)";
    for (std::size_t i = 0; i < o.does.size(); ++i) {
      if (i > 0) to << ',';
      write(to, o.does[i]);
    }
    to << "]}\n";
  }
}

history read_history(std::istream& from) {
  history all;
  std::string line;
  for (int number = 1; std::getline(from, line); ++number) {
    try {
      all.push_back(read_operation(line));
    } catch (const std::exception& e) {
      throw std::runtime_error("line " + std::to_string(number) + ": " + e.what());
    }
  }
  return all;
}

std::int64_t start_of(const history& all) {
  std::int64_t start = all.empty() ? 0 : all.front().invoked;
  for (const operation& o : all) start = std::min(start, o.invoked);
  return start;
}

std::string in_words(const access& a) {
  const std::string value = a.value == 0 ? "nothing" : std::to_string(a.value);
  switch (a.what) {
    case access::kind::read: return a.item + " was " + value;
    case access::kind::write: return a.item + " = " + value;
    case access::kind::list: return a.item + " was " + list_text(a.seen, " ");
    case access::kind::append: return a.item + " += " + value;
  }
  return "";
}

std::string in_words(const history& all, std::size_t which, std::int64_t start) {
  const operation& o = all[which];
  const auto micros = [start](std::int64_t t) { return std::to_string((t - start) / 1000); };
  std::string text = "T" + std::to_string(which) + " (client " + std::to_string(o.client) + ", " + o.name + ", " +
                     micros(o.invoked) + ".." + (o.completed == operation::never ? "" : micros(o.completed)) + " us";
  if (o.came == operation::outcome::failed) text += ", failed";
  if (o.came == operation::outcome::unknown) text += ", outcome unknown";
  for (std::size_t i = 0; i < o.does.size(); ++i) text += (i == 0 ? ": " : ", ") + in_words(o.does[i]);
  return text + ")";
}

}  // namespace dynamo::isolation
