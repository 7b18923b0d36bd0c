// backfill_program [ITEMS]: README.md. Prints figures, and ends with 1 where a search is wrong.
#include "brute_force_items.hpp"

#include <dynamo/database.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <support/scratch_folder.hpp>
#include <support/wire.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

#include <unistd.h>

namespace dynamo::vector_proof {
namespace {

using wall = std::chrono::steady_clock;
using enum operation_name;

double seconds_since(wall::time_point begin) { return std::chrono::duration<double>(wall::now() - begin).count(); }

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

double resident_mb() {
  std::int64_t pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return static_cast<double>(resident * ::sysconf(_SC_PAGESIZE)) / 1e6;
}

double size_mb(const std::filesystem::path& folder) {
  std::uintmax_t bytes = 0;
  for (const auto& one : std::filesystem::recursive_directory_iterator(folder)) {
    if (one.is_regular_file()) bytes += one.file_size();
  }
  return static_cast<double>(bytes) / 1e6;
}

std::string list_of(const vector& v) {
  std::string text = "[";
  for (const float one : v) {
    char digits[32];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), one).ptr;
    text += text.size() > 1 ? R"(,{"N":")" : R"({"N":")";
    text.append(digits, end);
    text += "\"}";
  }
  return text + "]";
}

class proof {
 public:
  explicit proof(std::uint32_t items) : items_(items), known_(items) {
    open(256u << 20);
    call(create_table,
         R"({"TableName":"docs","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
      "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]})");
    const auto begin = wall::now();
    for (std::uint32_t i = 0; i < items; i += 25) {
      std::string puts;
      for (std::uint32_t j = i; j < std::min(i + 25, items); ++j) {
        known_.put(j);
        puts += (puts.empty() ? R"({"PutRequest":{"Item":)" : R"(,{"PutRequest":{"Item":)") + item(j, 0) + "}}";
      }
      call(batch_write_item, R"({"RequestItems":{"docs":[)" + puts + "]}}");
    }
    std::printf("%u items of %zu dimensions are put in %.1f s\n", items, dimensions, seconds_since(begin));
  }

  void run() {
    add("beside", "EUCLIDEAN");  // filled while a writer goes on
    const auto begin = wall::now();
    const std::uint32_t written = write_while_filling();
    const double took = seconds_since(begin);
    told("an index filled beside a writer", took);
    std::printf("  %u items were replaced or removed meanwhile, %.0f a second\n", written, written / took);
    add("alone", "COSINE");
    const auto alone = wall::now();
    while (is_filling()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    told("an index filled alone", seconds_since(alone));
    std::printf("the files have %.0f MB\n", size_mb(folder_ / "db"));

    search("searches, the first of which copy the indexes into memory", 10);
    open(256u << 20);
    search("after the database was opened anew", 5);
    open(0);
    search("read from the store", 3);
    std::printf("%zu items at the end; every search was right\n", known_.present());
  }

 private:
  static constexpr std::size_t top = 50;

  void open(std::size_t vector_memory) {
    db_.reset();
    database_options wanted;
    wanted.durability = durability::process_crash;
    wanted.vector_memory_bytes = vector_memory;
    auto opened = database::open(folder_ / "db", wanted);
    if (!opened) give_up(opened.error().describe());
    db_.emplace(*std::move(opened));
  }
  std::string call(operation_name operation, const std::string& body) const {
    auto answer = db_->endpoint()->call(request(operation, json::buffer(body)));
    if (!answer) give_up(answer.error().describe());
    return std::string(answer->body.view());
  }
  static std::string item(std::uint32_t number, std::uint32_t version) {
    return R"({"pk":{"S":")" + std::to_string(number) + R"("},"kind":{"S":")" + brute_force_items::kind_of(number) +
           R"("},"v":{"L":)" + list_of(vector_of(number, version)) + "}}";
  }
  void add(const std::string& index, const std::string& by) const {
    call(update_table,
         R"({"TableName":"docs","AttributeDefinitions":[{"AttributeName":"kind","AttributeType":"S"}],
      "VectorIndexUpdates":[{"Create":{"IndexName":")" +
             index + R"(","VectorAttribute":{"AttributeName":"v"},"Dimensions":)" + std::to_string(dimensions) +
             R"(,"DistanceFunction":")" + by +
             R"(","SearchSchema":[{"AttributeName":"kind","SearchSchemaElementType":"INLINE_FILTER"}],
      "Projection":{"ProjectionType":"KEYS_ONLY"}}}]})");
  }
  bool is_filling() const {
    const auto answer = db_->endpoint()->call(request(describe_table, json::buffer(R"({"TableName":"docs"})")));
    if (!answer) give_up(answer.error().describe());
    return answer->body.view().find("Backfilling\":true") != std::string_view::npos;
  }
  std::uint32_t write_while_filling() {
    std::uint32_t written = 0;
    while (is_filling()) {
      for (int i = 0; i < 64; ++i, ++written) {
        const auto number = static_cast<std::uint32_t>(std::uint64_t{written} * 7'919 % items_);
        if (written % 5 == 4) {
          known_.remove(number);
          call(delete_item, R"({"TableName":"docs","Key":{"pk":{"S":")" + std::to_string(number) + "\"}}}");
        } else {
          call(put_item, R"({"TableName":"docs","Item":)" + item(number, known_.next_version(number)) + "}");
        }
      }
    }
    return written;
  }
  void told(const char* what, double seconds) const {
    std::printf("%s: %.1f s, %.0f items a second; %.0f MB resident\n", what, seconds, items_ / seconds, resident_mb());
    std::fflush(stdout);
  }

  void search(const char* what, std::uint32_t queries) {
    double slowest = 0, all = 0;
    unsigned searches = 0;
    for (std::uint32_t q = 0; q < queries; ++q) {
      const vector query = vector_of(q * 31 + 5, 4'000'000'000u);
      for (const auto& [index, by] : {std::pair("beside", distance::euclidean), std::pair("alone", distance::cosine)}) {
        for (const bool filtered : {false, true}) {
          const std::optional<std::string> kind = filtered ? std::optional(std::to_string(q % 10)) : std::nullopt;
          const auto begin = wall::now();
          const std::string answer = call(search_vectors, text_of(index, query, kind));
          const double took = seconds_since(begin);
          slowest = std::max(slowest, took);
          all += took;
          ++searches;
          const std::string wrong = known_.compare(query, by, kind, top, found_in(answer));
          if (!wrong.empty())
            give_up(std::string(what) + ": query " + std::to_string(q) + " of " + index + ": " + wrong);
        }
      }
    }
    std::printf("%s: %u are right, %.1f ms each, the slowest %.0f ms; %.0f MB resident\n", what, searches,
                all * 1e3 / searches, slowest * 1e3, resident_mb());
    std::fflush(stdout);
  }
  static std::string text_of(const std::string& index, const vector& query, const std::optional<std::string>& kind) {
    return R"({"TableName":"docs","IndexName":")" + index + R"(","TopK":)" + std::to_string(top) +
           R"(,"SearchVector":)" + list_of(query) +
           (kind ? R"(,"SearchConditionExpression":"kind = :k","ExpressionAttributeValues":{":k":{"S":")" + *kind +
                       "\"}}"
                 : "") +
           "}";
  }
  static brute_force_items::found found_in(const std::string& answer) {
    brute_force_items::found all;
    for (const std::string& one :
         testing_support::elements(testing_support::member(answer, "SearchResults").value_or("[]"))) {
      const std::string pk = testing_support::text_member(
          testing_support::member(testing_support::member(one, "Item").value_or("{}"), "pk").value_or("{}"), "S");
      all.emplace_back(static_cast<std::uint32_t>(std::stoul(pk)),
                       std::stod(testing_support::member(one, "Score").value_or("nan")));
    }
    return all;
  }

  const std::uint32_t items_;
  testing_support::scratch_folder folder_;
  brute_force_items known_;
  std::optional<database> db_;
};

}  // namespace
}  // namespace dynamo::vector_proof

int main(int argc, char** argv) {
  const unsigned long items = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000;
  if (items < 1 || items > 100'000'000) {
    std::fputs("usage: backfill_program [ITEMS]\n", stderr);
    return 2;
  }
  dynamo::vector_proof::proof(static_cast<std::uint32_t>(items)).run();
}
