// expects: set_from takes a struct of which each member is one of the item's
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();

void application() {
#ifdef BREAK
  struct changes {
    std::optional<std::string> attempts;
  };
#else
  struct changes {
    std::optional<std::uint32_t> attempts;
  };
#endif
  const changes made;
  (void)orders_table().update({"a", 1u}, dynamo::set_from(made));
}
