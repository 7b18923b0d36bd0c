#include "vector_searches.hpp"

#include "contender.hpp"
#include "load.hpp"
#include "requests.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <random>
#include <thread>

namespace dynamo::bench {
namespace {

using std::chrono::milliseconds;

struct amounts {
  std::uint32_t dimensions;
  std::uint32_t vectors;
};

/// `[{"N":"0.125"},...]`
std::string random_vector(std::mt19937& random, std::uint32_t dimensions) {
  std::string text = "[";
  for (std::uint32_t i = 0; i < dimensions; ++i) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.4f", static_cast<double>(random() % 20'001) / 10'000 - 1);
    text += (i > 0 ? R"(,{"N":")" : R"({"N":")") + std::string(digits) + "\"}";
  }
  return text + "]";
}

std::string table_of(const std::string& name, std::uint32_t dimensions) {
  return request_text(
      "CreateTable",
      R"({"TableName":")" + name +
          R"(","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id",)"
          R"("AttributeType":"S"}],"VectorIndexes":[{"IndexName":"near","VectorAttribute":{"AttributeName":"v"},"Dimensions":)" +
          std::to_string(dimensions) +
          R"(,"DistanceFunction":"COSINE","Projection":{"ProjectionType":"KEYS_ONLY"}}]})");
}

std::vector<std::string> puts_of(const std::string& table, amounts of) {
  std::mt19937 random(14);
  std::vector<std::string> batches;
  for (std::uint32_t i = 0; i < of.vectors; i += 25) {
    std::string puts;
    for (std::uint32_t j = i; j < std::min(i + 25, of.vectors); ++j) {
      puts += (puts.empty() ? R"({"PutRequest":{"Item":{"id":{"S":")" : R"(,{"PutRequest":{"Item":{"id":{"S":")") +
              std::to_string(j) + R"("},"v":{"L":)" + random_vector(random, of.dimensions) + "}}}}";
    }
    batches.push_back(request_text("BatchWriteItem", R"({"RequestItems":{")" + table + R"(":[)" + puts + "]}}"));
  }
  return batches;
}

std::vector<std::string> searches_of(const std::string& table, amounts of) {
  std::mt19937 random(15);
  std::vector<std::string> searches;
  for (int i = 0; i < 20; ++i) {
    searches.push_back(request_text("SearchVectors", R"({"TableName":")" + table +
                                                         R"(","IndexName":"near","TopK":10,"SearchVector":)" +
                                                         random_vector(random, of.dimensions) + "}"));
  }
  return searches;
}

bool is_ok(const std::string& answer) { return answer.size() > 12 && answer.substr(8, 5) == " 200 "; }

/// The beginning of an answer's body, for a table.
std::string shown(const std::string& answer) {
  const auto body = answer.find("\r\n\r\n");
  std::string text = body == std::string::npos ? answer : answer.substr(body + 4, 120);
  std::ranges::replace(text, '|', '/');
  return text.empty() ? "nothing" : text;
}

/// What the server answers where it cannot take part; empty once it has all vectors and searches them.
std::string prepare(const contender& on, const std::string& table, amounts of, const std::string& search) {
  if (const std::string made = load::ask(on.port(), table_of(table, of.dimensions)); !is_ok(made)) return shown(made);
  const std::vector<std::string> puts = puts_of(table, of);
  for (const std::string& one : puts) {
    if (const std::string put = load::ask(on.port(), one); !is_ok(put)) return shown(put);
  }
  std::string answer;
  for (int i = 0; i < 300; ++i) {  // an index may be CREATING for a while
    answer = load::ask(on.port(), search);
    if (is_ok(answer)) return {};
    std::this_thread::sleep_for(milliseconds(100));
  }
  return shown(answer);
}

void row(const std::string& name, const std::vector<std::string>& command, amounts of, bool quick) {
  const contender server(name, command, request_text("ListTables", "{}"));
  const std::string table = "vectors";
  const std::vector<std::string> searches = searches_of(table, of);
  const std::string refused = prepare(server, table, of, searches.front());
  if (!refused.empty()) {
    std::printf("| %s | %u | skipped: it answers %s | | |\n", name.c_str(), of.dimensions, refused.c_str());
    return;
  }
  load clients(server.port(), 4);
  clients.run(searches, milliseconds(quick ? 200 : 500));  // warms up
  std::vector<double> us;
  for (unsigned round = 0; round < (quick ? 5U : 15U); ++round) {
    const auto before = server.cpu();
    const auto count = static_cast<double>(clients.run(searches, milliseconds(quick ? 150 : 400)));
    us.push_back(static_cast<double>((server.cpu() - before).count()) / 1e3 / count);
  }
  std::ranges::nth_element(us, us.begin() + static_cast<std::ptrdiff_t>(us.size() / 2));
  const double each = us[us.size() / 2];
  std::printf("| %s | %u | %u | %.0f us | %.2f million |\n", name.c_str(), of.dimensions, of.vectors, each,
              of.vectors / each);
  std::fflush(stdout);
}

}  // namespace

void print_vector_searches(const std::vector<std::pair<std::string, std::vector<std::string>>>& servers, bool quick) {
  std::printf(
      "\n### the server: SearchVectors of the nearest 10 by cosine, over HTTP\n\n| | dimensions | vectors | CPU time of a search | vectors a "
      "second of CPU time |\n|---|---|---|---|---|\n");
  for (const amounts of : {amounts{128, quick ? 2'000U : 10'000U}, amounts{1'024, quick ? 500U : 2'000U}}) {
    for (const auto& [name, command] : servers) row(name, command, of, quick);
  }
}

}  // namespace dynamo::bench
