// expects: ignoring return value
// expects: orders_table\(\).put\(o\).run\(\)
// expects: database::open\("directory"\)
// expects: database::in_memory\(\)
// expects: set_default_endpoint\(nullptr\)
// expects: current_item<order>\(why\)
// expects: written.complete\(\)
// expects: fail\(dynamo::errc::validation, "wrong"\)
// expects: number::parse\("1"\)
// What a virtual function returns, endpoint::call() for one, g++ 12 lets go in silence.
#include "../table/shop.hpp"

#include <dynamo/database.hpp>

#pragma GCC diagnostic error "-Wunused-result"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();

[[nodiscard]] bool application(const order& o, const dynamo::error& why, const dynamo::batch_written& written) {
#ifdef BREAK
  orders_table().put(o).run();
  dynamo::database::open("directory");
  dynamo::database::in_memory();
  dynamo::set_default_endpoint(nullptr);
  dynamo::current_item<order>(why);
  written.complete();
  dynamo::fail(dynamo::errc::validation, "wrong");
  dynamo::number::parse("1");
#endif
  return orders_table().put(o).run() && dynamo::database::open("directory") && dynamo::database::in_memory() &&
         dynamo::set_default_endpoint(nullptr) && dynamo::current_item<order>(why) && written.complete() &&
         dynamo::number::parse("1");
}
