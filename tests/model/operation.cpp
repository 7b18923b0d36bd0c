#include "operation.hpp"

#include <array>
#include <sstream>

namespace dynamo::model {
namespace {

constexpr std::array<std::string_view, operation::kinds> names{"write",
                                                               "get",
                                                               "query",
                                                               "scan",
                                                               "query_index",
                                                               "check_indexes",
                                                               "batch_write",
                                                               "batch_get",
                                                               "transact_write",
                                                               "transact_get",
                                                               "add_index",
                                                               "remove_index",
                                                               "ttl_on",
                                                               "ttl_off",
                                                               "expire",
                                                               "stream_on",
                                                               "stream_off",
                                                               "create",
                                                               "drop",
                                                               "list",
                                                               "check_log",
                                                               "reopen",
                                                               "crash",
                                                               "crash_torn",
                                                               "set_clock",
                                                               "search",
                                                               "add_vectors",
                                                               "remove_vectors",
                                                               "say_write",
                                                               "say_get",
                                                               "say_query",
                                                               "say_query_index",
                                                               "say_batch",
                                                               "say_transact",
                                                               "say_transact_get"};

std::array<int*, 12> fields_of(operation& o, int& what, int& write_kind) {
  return {
      &what,           &write_kind,    &o.write.at.table, &o.write.at.partition, &o.write.at.sort, &o.write.condition,
      &o.write.change, &o.write.value, &o.write.returns,  &o.write.spoken,       &o.write.vector,  &o.extra};
}

}  // namespace

operation random_operation(std::mt19937_64& random, bool with_crashes) {
  using kind = operation::kind;
  const auto draw = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  operation o;
  o.write = random_write(random, static_cast<int>(shapes.size()), places);
  o.extra = draw(1 << 16);
  const int dice = draw(1000);
  o.what = dice < 391   ? kind::write
           : dice < 423 ? kind::search
           : dice < 427 ? kind::add_vector_index
           : dice < 430 ? kind::remove_vector_index
           : dice < 500 ? kind::say_write
           : dice < 523 ? kind::transact_write
           : dice < 545 ? kind::say_transact_write
           : dice < 555 ? kind::transact_get
           : dice < 565 ? kind::say_transact_get
           : dice < 572 ? kind::add_index
           : dice < 578 ? kind::remove_index
           : dice < 585 ? kind::ttl_on
           : dice < 588 ? kind::ttl_off
           : dice < 600 ? kind::expire
           : dice < 630 ? kind::get
           : dice < 650 ? kind::say_get
           : dice < 690 ? kind::query
           : dice < 710 ? kind::say_query
           : dice < 740 ? kind::scan
           : dice < 790 ? kind::query_index
           : dice < 810 ? kind::say_query_index
           : dice < 820 ? kind::check_indexes
           : dice < 830 ? kind::say_batch
           : dice < 870 ? kind::batch_write
           : dice < 900 ? kind::batch_get
           : dice < 925 ? kind::stream_on
           : dice < 940 ? kind::stream_off
           : dice < 965 ? kind::create
           : dice < 972 ? kind::drop
           : dice < 977 ? kind::list_tables
           : dice < 980 ? kind::check_log
           : dice < 983 ? kind::set_clock
           : dice < 988 ? kind::reopen
           : dice < 994 ? kind::crash
                        : kind::crash_torn;
  if (!with_crashes && (o.what == kind::crash || o.what == kind::crash_torn)) o.what = kind::check_log;
  return o;
}

std::string to_text(const sequence& all) {
  std::ostringstream text;
  for (operation o : all) {
    int what = static_cast<int>(o.what);
    int write_kind = static_cast<int>(o.write.what);
    for (const int* field : fields_of(o, what, write_kind)) text << *field << ' ';
    text << "# " << names[static_cast<std::size_t>(what)];
    if (o.what == operation::kind::write) text << ' ' << dynamo::to_string(name_of(o.write)) << ' ' << body_of(o.write);
    text << '\n';
  }
  return text.str();
}

std::optional<sequence> sequence_from(std::string_view text) {
  sequence all;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    std::istringstream numbers(line);
    operation o;
    int what = 0;
    int write_kind = 0;
    for (int* field : fields_of(o, what, write_kind)) {
      if (!(numbers >> *field)) return std::nullopt;
    }
    if (what < 0 || what >= operation::kinds || write_kind < 0 || write_kind > 2) return std::nullopt;
    o.what = static_cast<operation::kind>(what);
    o.write.what = static_cast<item_write::kind>(write_kind);
    all.push_back(std::move(o));
  }
  return all;
}

}  // namespace dynamo::model
