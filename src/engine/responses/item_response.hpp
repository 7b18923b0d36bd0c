#pragma once

#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/parameters/get_parameters.hpp>
#include <engine/rows/capacity.hpp>

#include <string_view>

namespace dynamo::engine {

/// The response of GetItem, or of a statement that reads one item. The item goes into it straight from where it is stored.
class item_response {
 public:
  enum class form : bool {
    item,  ///< `{"Item":{...}}`
    items  ///< `{"Items":[{...}]}`
  };
  /// The parameters outlive this.
  explicit item_response(const get_parameters&, form = form::item);

  void take(std::string_view canonical_item);
  reply finish(const consumed_capacity&) &&;

 private:
  const get_parameters& p_;
  const form form_;
  json::buffer out_;
};

}  // namespace dynamo::engine
