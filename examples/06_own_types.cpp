// How your own types are stored: codecs, other attribute names, defaults, enums with names of their own.
#include <dynamo/database.hpp>
#include <dynamo/table.hpp>

#include <iostream>

struct money {
  std::int64_t cents = 0;
};
template <>
struct dynamo::codec<money> : dynamo::codec_via<money, std::int64_t> {
  static std::int64_t to_stored(const money& m) { return m.cents; }
  static dynamo::result<money> from_stored(std::int64_t cents) {
    if (cents < 0) return dynamo::fail(dynamo::errc::decoding, "an amount of money is not negative");
    return money{cents};
  }
};

enum class colour { red = 1, ultraviolet = 380 };
template <>
struct dynamo::names_of<colour> {
  static constexpr dynamo::enum_name list[] = {{colour::red, "RED"}, {colour::ultraviolet, "UV"}};
};

struct article {
  std::string sku;
  money price;
  colour paint = colour::red;
  std::string remark;
  std::uint32_t stock = 10;
};
template <>
struct dynamo::attributes<article>
    : dynamo::traits<dynamo::rename<&article::sku, "SKU">, dynamo::omit_empty<&article::remark>,
                     dynamo::defaulted<&article::stock>> {};
struct articles : dynamo::schema<"articles", article, dynamo::partition_key<&article::sku>> {};
inline constexpr auto paint = dynamo::attr<&article::paint>;
inline constexpr auto stock = dynamo::attr<&article::stock>;
inline constexpr auto price = dynamo::attr<&article::price>;

int main() {
  auto db = dynamo::database::in_memory();
  if (!db) return 1;
  dynamo::table<articles> table{*db};
  if (!table.create_if_absent().run()) return 1;
  const article lamp{.sku = "lamp", .price = {1999}, .paint = colour::ultraviolet, .remark = "", .stock = 3};
  if (!table.put(lamp).run()) return 1;

  // Without the attribute, the member is what the struct says.
  const money dearer{2499};
  auto updated =
      table.update("lamp", remove(stock), set(price, dearer), only_if(paint == colour::ultraviolet), dynamo::return_new)
          .run();
  if (!updated) {
    std::cerr << updated.error().describe() << '\n';
    return 1;
  }
  std::cout << updated->sku << " costs " << updated->price.cents << " cents, " << updated->stock << " in stock\n";
  return updated->stock == 10 && updated->price.cents == 2499 ? 0 : 1;
}
