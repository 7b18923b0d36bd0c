#include "batch.hpp"

#include "legacy_form.hpp"

#include <algorithm>

namespace dynamo::model {
namespace {

/// {"RequestItems":{"pairs":<open>one,two<close>,...}} with what `text_of` makes of each write.
template <class TextOf>
std::string request_items(const std::vector<item_write>& writes, std::string_view open, std::string_view close,
                          TextOf text_of) {
  std::string text = R"({"RequestItems":{)";
  for (std::size_t i = 0; i < writes.size(); ++i) {
    const bool first = i == 0 || writes[i].at.table != writes[i - 1].at.table;
    if (first) {
      if (i != 0) text += std::string(close) + ",";
      text += '"' + std::string(shapes[static_cast<std::size_t>(writes[i].at.table)].name) + "\":" + std::string(open);
    } else {
      text += ',';
    }
    text += text_of(writes[i]);
  }
  return text + std::string(close) + "}}";
}

}  // namespace

std::vector<item_write> batch_of(const operation& o) {
  std::mt19937_64 random(static_cast<std::uint64_t>(o.extra));
  std::vector<item_write> writes;
  for (std::uint64_t left = 1 + random() % 12; left > 0; --left) {
    item_write w = random_write(random, static_cast<int>(shapes.size()), places);
    w.what = random() % 4 == 0 ? item_write::kind::erase : item_write::kind::put;
    w.condition = 0;
    w.returns = 0;
    if (std::ranges::find(writes, w.at, &item_write::at) == writes.end()) writes.push_back(w);
  }
  std::ranges::stable_sort(writes, {}, [](const item_write& w) { return w.at.table; });
  return writes;
}

std::string batch_write_text(const std::vector<item_write>& writes) {
  return request_items(writes, "[", "]", [](const item_write& w) {
    if (w.what == item_write::kind::erase) return R"({"DeleteRequest":{"Key":)" + key_text(w.at) + "}}";
    return R"({"PutRequest":{"Item":)" + item_text(w.at, *outcome_of(w, std::nullopt).now) + "}}";
  });
}

std::string batch_get_text(const std::vector<item_write>& writes, language spoken) {
  std::string end = "]";
  if (spoken == language::legacy_parameters) end += all_attributes_to_get();
  return request_items(writes, R"({"Keys":[)", end + "}", [](const item_write& w) { return key_text(w.at); });
}

}  // namespace dynamo::model
