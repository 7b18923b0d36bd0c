/// What a typed call costs, from struct to struct, above bare RocksDB; and what of it is encoding and decoding.
#include "bare_orders.hpp"
#include "order_database.hpp"
#include "order_readers.hpp"
#include "ratio.hpp"

#include <dynamo/table/detail/request_builder.hpp>

namespace dynamo::bench {
namespace {

constexpr unsigned points_per_round = 250;
constexpr unsigned queries_per_round = 10;
constexpr auto status = attr<&order::status>;
constexpr auto quantity = attr<&order::quantity>;
constexpr auto id = attr<&order::id>;

struct orders_with_std_set_schema : schema<"orders", order_with_std_set, partition_key<&order_with_std_set::customer>,
                                           sort_key<&order_with_std_set::id>> {};

/// Gives every call the same answer.
class one_answer final : public endpoint {
 public:
  explicit one_answer(std::string_view text) : text_(text) {}
  result<reply> call(request) override { return reply{json::buffer(text_)}; }
  void start(request r, reply_sink& outcome) override { outcome.complete(call(std::move(r))); }

 private:
  const std::string text_;
};

class bench {
 public:
  bench(ratios& table, order_database& db) : table_(table), db_(db), bare_(db), orders_(db.orders()) {
    for (std::size_t i = 0; i < db.samples(); ++i) items_.push_back(db.at(i).item);
  }

  void calls();
  void codecs();
  void put_with_stream() {
    db_.begin_stream();
    table_.compare(
        "typed put with both images and change record", promise::ratio(2.4, "about 2"), points_per_round,
        [&](std::uint64_t i) { bare_.put(db_.at(i)); }, [&](std::uint64_t i) { must(orders_.put(changed(i)).run()); });
  }

 private:
  /// Never twice the same item.
  const order& changed(std::uint64_t number) {
    order& item = items_[number % items_.size()];
    ++item.created_at;
    return item;
  }

  ratios& table_;
  order_database& db_;
  bare_orders bare_;
  table<orders_schema> orders_;
  std::vector<order> items_;
};

void bench::calls() {
  const auto bare_put = [&](std::uint64_t i) { bare_.put(db_.at(i)); };
  table_.compare(
      "typed get", promise::ratio(1.5, "1.33-1.42"), points_per_round,
      [&](std::uint64_t i) { bare_.get(db_.at(i).key); },
      [&](std::uint64_t i) {
        const order& wanted = db_.at(i).item;
        if (!must(orders_.get({wanted.customer, wanted.id}).run())) give_up("the typed get found nothing");
      });
  table_.compare(
      "typed query of 100 -> structs", promise::ratio(3.0, "2.6-2.9"), queries_per_round,
      [&](std::uint64_t i) { bare_.query(db_.start_at(i).key); },
      [&](std::uint64_t i) {
        const order& first = db_.start_at(i).item;
        const auto page = must(orders_.query(first.customer, id >= first.id, page_size(100)).page().run());
        if (page.items.size() != 100) give_up("the typed query found too little");
      });
  table_.compare("typed put, blind", promise::ratio(1.4, "1.06-1.12"), points_per_round, bare_put,
                 [&](std::uint64_t i) { must(orders_.put(changed(i)).run()); });
  table_.compare("typed put with a condition", promise::ratio(2.0, "1.30-1.36"), points_per_round, bare_put,
                 [&](std::uint64_t i) { must(orders_.put(changed(i), only_if(id.exists())).run()); });
  table_.compare("typed put that returns the old item", promise::ratio(2.0, "1.30-1.36"), points_per_round, bare_put,
                 [&](std::uint64_t i) { must(orders_.put(changed(i), return_old).run()); });
  table_.compare(
      "typed update of two attributes (bare: a get and a put)", promise::none(), points_per_round,
      [&](std::uint64_t i) {
        bare_.get(db_.at(i).key);
        bare_.put(db_.at(i));
      },
      [&](std::uint64_t i) {
        const order& wanted = db_.at(i).item;
        must(orders_.update({wanted.customer, wanted.id}, set(status, "LOST"), add(quantity, 1)).run());
      });
}

/// The parts of a call that are encoding and decoding, beside other libraries that read and write the same texts. json_bench has
/// the readers and writers below the structs.
void bench::codecs() {
  std::string page = R"({"Count":100,"Items":[)";
  for (std::size_t i = 0; i < 100; ++i) page += (i == 0 ? "" : ",") + db_.at(i).text;
  page += R"(],"ScannedCount":100})";
  const std::string item = R"({"Item":)" + db_.at(0).text + "}";
  const reply one_item{json::buffer(item)};
  const auto answering = std::make_shared<one_answer>(page);
  const table<orders_schema> answered{answering};
  const table<orders_with_std_set_schema> answered_with_std_set{answering};

  const auto put = [&](std::uint64_t i) { (void)orders_.put(items_[i % 100]); };
  const auto get = [&](std::uint64_t) {
    order to;
    must(detail::read_item(one_item, "Item", detail::record_of<order>, orders_schema::description.table, nullptr, &to));
  };
  const auto query = [&](std::uint64_t) {
    if (must(answered.query("c").page().run()).items.size() != 100) give_up("a page of another size");
  };
  const auto query_with_std_set = [&](std::uint64_t) {
    if (must(answered_with_std_set.query("c").page().run()).items.size() != 100) give_up("a page of another size");
  };
  table_.heading("encoding and decoding");
  table_.alone("struct -> PutItem request", promise::microseconds(0.4, "0.23"), 1000, put);
  table_.alone("GetItem response -> struct", promise::microseconds(0.45, "0.27-0.36"), 1000, get);
  table_.alone("Query response of 100 -> structs", promise::microseconds(40, "35"), 20, query);
  table_.alone("the same with a std::set instead of a flat_set", promise::none(), 20, query_with_std_set);

  table_.heading("the same against simdjson On-Demand (names in ascending order)");
  const simdjson::padded_string padded_item(item), padded_page(page);
  simdjson::ondemand::parser parser;
  table_.compare(
      "GetItem response -> struct, simdjson", promise::none(), 200,
      [&](std::uint64_t) {
        order to;
        auto document = parser.iterate(padded_item);
        read_order(document["Item"].get_object(), to);
      },
      get);
  table_.compare(
      "Query response of 100 -> structs, simdjson", promise::none(), 10,
      [&](std::uint64_t) {
        std::vector<order> to;
        auto document = parser.iterate(padded_page);
        for (auto one : document["Items"].get_array()) read_order(one.get_object(), to.emplace_back());
      },
      query);

  table_.heading("the same against nlohmann-json");
  table_.compare(
      "struct -> PutItem request, nlohmann", promise::none(), 50,
      [&](std::uint64_t i) { (void)put_request_by_nlohmann(items_[i % 100]); }, put);
  table_.compare(
      "GetItem response -> struct, nlohmann", promise::none(), 50,
      [&](std::uint64_t) {
        order to;
        read_order(nlohmann::json::parse(item)["Item"], to);
      },
      get);
  table_.compare(
      "Query response of 100 -> structs, nlohmann", promise::none(), 2,
      [&](std::uint64_t) {
        std::vector<order> to;
        const auto document = nlohmann::json::parse(page);
        for (const auto& one : document["Items"]) read_order(one, to.emplace_back());
      },
      query);
}

int run(int argc, char** argv) {
  ratios table(argc, argv);
  order_database db(table.quick() ? 40'000 : 400'000, table.quick() ? 5'000 : 20'000);
  bench all(table, db);
  table.heading("typed, embedded");
  all.calls();
  all.put_with_stream();
  all.codecs();
  return 0;
}

}  // namespace
}  // namespace dynamo::bench

int main(int argc, char** argv) { return dynamo::bench::run(argc, argv); }
