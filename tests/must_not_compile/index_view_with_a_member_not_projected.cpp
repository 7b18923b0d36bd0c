// expects: this index does not project one of the view's members
#include "../table/places.hpp"

using namespace places;

[[maybe_unused]] static dynamo::table<places::schema>& table();

void application() {
#ifdef BREAK
  struct view {
    std::string city;
    std::string id;
    std::optional<std::uint32_t> house;
  };
  (void)table().query(by_city{}, "Lund").as<view>();
#else
  struct view {
    std::string city;
    std::string id;
    std::string note;
  };
  (void)table().query(by_city{}, "Lund").as<view>();
#endif
}
