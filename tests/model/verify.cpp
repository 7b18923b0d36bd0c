#include "../support/wire.hpp"
#include "crowd.hpp"
#include "indexes.hpp"
#include "vector_query.hpp"
#include "vectors.hpp"

#include <algorithm>

namespace dynamo::model {
namespace {

using namespace testing_support;
using problem = std::optional<std::string>;

constexpr std::size_t nowhere = ~std::size_t{0};

/// The reverse of item_text(); the keys are left to the caller.
std::optional<thing> thing_from(const std::string& image) {
  if (image.empty()) return std::nullopt;
  thing it;
  for_each_member(image, [&](std::string_view name, std::string_view value) {
    if (name == "n") it.n = std::stoi(text_member(value, "N"));
    if (name == "s") it.s = text_member(value, "S");
    if (name == "v") it.v = std::string(value);
    if (name == "w") it.w = text_member(value, "S");
    if (name != "t") return;
    for (const std::string& text : elements(member(value, "SS").value_or("[]"))) {
      it.t.insert(text.substr(1, text.size() - 2));
    }
  });
  return it;
}

bool may_be_refused(const item_write& w) {
  if (w.what == item_write::kind::erase) return false;
  if (w.what == item_write::kind::update && (w.change == 2 || changed_element(w.vector))) return true;
  return sets_vector(w.vector) && !vector_in(vector_value(w.vector));
}

std::string stamp_in(const std::string& image) { return text_member(member(image, "w").value_or("{}"), "S"); }

class verifier {
 public:
  verifier(storage& on, const crowd& how, const aftermath& after) : on_(on), how_(how), after_(after) {}

  problem run() {
    index_events();
    for (int table = 0; table < how_.tables; ++table) {
      if (auto failed = read_table(table))
        return shapes[static_cast<std::size_t>(table)].name.data() + (": " + *failed);
    }
    for (const auto& events : after_.events) {
      if (auto failed = follow_thread(events)) return failed;
    }
    return std::nullopt;
  }

 private:
  struct known_write {
    const event* by = nullptr;
    std::size_t position = nowhere;  ///< of its record among all of them
  };

  void index_events() {
    for (const auto& events : after_.events) {
      for (const event& e : events) {
        if (e.what == event::told::read) continue;
        writes_[e.write.stamp] = {&e, nowhere};
        if (e.write.what != item_write::kind::erase) continue;
        if (e.what == event::told::lost) lost_erasures_.push_back(&e);
        const std::string removed = stamp_in(member(e.image, "Attributes").value_or("{}"));
        if (e.what == event::told::done && !removed.empty()) removed_by_[removed] = &e;
      }
    }
  }

  problem read_table(int table) {
    const auto& streams = after_.streams[static_cast<std::size_t>(table)];
    std::vector<change> records;
    images state;
    for (const std::string& arn : streams) {
      records.clear();
      state.clear();
      if (auto failed = log_reader(on_.db(), arn).read(records)) return failed;
      if (auto failed = fold(records, state)) return failed;
      for (const change& record : records) {
        if (auto failed = explain(table, record)) return *failed + "\n  record " + record.to_string();
      }
    }
    if (auto failed = compare_with_table(table, state)) return failed;
    return how_.churn ? std::nullopt : compare_with_tail(table, records);
  }

  problem compare_with_table(int table, const images& folded) {
    std::vector<std::string> expected, found;
    for (const auto& [key, image] : folded) expected.push_back(image);
    const answer all = call(on_.db(), operation_name::scan,
                            R"({"TableName":")" + std::string(shapes[static_cast<std::size_t>(table)].name) + "\"}");
    if (!all.ok) return "Scan: " + all.to_string();
    found = elements(member(all.body, "Items").value_or("[]"));
    std::ranges::sort(expected);
    std::ranges::sort(found);
    if (expected == found) {
      if (auto failed = compare_indexes(on_.db(), indexes_of(table), found)) return failed;
      return compare_vector_indexes(on_.db(), vector_indexes_made_with(table), found);
    }
    std::string text = "the log's fold is not the table\n  fold:";
    for (const std::string& image : expected) text += "\n    " + image;
    text += "\n  table:";
    for (const std::string& image : found) text += "\n    " + image;
    return text;
  }

  // Before a crash the reader may not have seen the last of it; never may it have passed by one.
  problem compare_with_tail(int table, const std::vector<change>& records) {
    const auto& tailed = after_.tailed[static_cast<std::size_t>(table)];
    for (std::size_t i = 0; i < tailed.size(); ++i) {
      if (i < records.size() && tailed[i].to_string() == records[i].to_string()) continue;
      return "a reader of the growing log saw " + tailed[i].to_string() + "\n  where the log has " +
             (i < records.size() ? records[i].to_string() : "nothing");
    }
    if (after_.crashed || tailed.size() == records.size()) return std::nullopt;
    return "a reader of the growing log ended before " + records[tailed.size()].to_string();
  }

  // A record is the effect of one write on the item before it.
  problem explain(int table, const change& record) {
    const event* by = record.new_image.empty() ? eraser_of(table, record) : writer_of(record);
    if (by == nullptr) return "a record that no write can have made";
    if (by->write.at.table != table || key_text(by->write.at) != record.keys) return "a record of another item's write";
    known_write& known = writes_.at(by->write.stamp);
    if (known.position != nowhere) return "a second record of one write";
    known.position = position_++;
    const outcome expected = outcome_of(by->write, thing_from(record.old_image));
    if (expected.what != outcome::kind::done) return "a record of a write that had to fail: " + body_of(by->write);
    const std::string now = expected.now ? item_text(by->write.at, *expected.now) : "";
    if (now != record.new_image) return "the write makes " + now;
    if (by->what == event::told::done && by->image != expected.reply) return "its caller was told " + by->image;
    return std::nullopt;
  }

  const event* writer_of(const change& record) const {
    const auto found = writes_.find(stamp_in(record.new_image));
    if (found == writes_.end()) return nullptr;
    const event* by = found->second.by;
    return by->what == event::told::done || by->what == event::told::lost ? by : nullptr;
  }

  const event* eraser_of(int table, const change& record) {
    if (const auto found = removed_by_.find(stamp_in(record.old_image)); found != removed_by_.end())
      return found->second;
    const auto lost = std::ranges::find_if(lost_erasures_, [&](const event* e) {
      return e->write.at.table == table && key_text(e->write.at) == record.keys &&
             writes_.at(e->write.stamp).position == nowhere;
    });
    return lost == lost_erasures_.end() ? nullptr : *lost;
  }

  // What one thread saw and did, in its order.
  problem follow_thread(const std::vector<event>& events) {
    std::map<place, std::size_t> floor;
    for (const event& e : events) {
      const auto wrong = [&](const std::string& what) {
        return what + "\n  write " + body_of(e.write) + "\n  answer " + e.image + e.message;
      };
      std::size_t seen = nowhere;
      switch (e.what) {
        case event::told::done:
          seen = writes_.at(e.write.stamp).position;
          if (seen == nowhere && !(e.write.what == item_write::kind::erase && e.image == "{}")) {
            return wrong("an acknowledged write has no record");
          }
          break;
        case event::told::condition_failed:
          if (holds(e.write, thing_from(e.image))) return wrong("the condition holds");
          [[fallthrough]];
        case event::told::read:
          if (e.image.empty()) break;
          seen = writes_[stamp_in(e.image)].position;
          if (seen == nowhere) return wrong("an item was shown that is not in the log");
          break;
        case event::told::refused:
          if (!may_be_refused(e.write)) return wrong("refused without a reason");
          break;
        case event::told::no_table:
          if (!how_.churn) return wrong("the table is there");
          break;
        case event::told::lost:
          if (!after_.crashed) return wrong("an unexpected error");
          break;
      }
      if (seen == nowhere) continue;
      std::size_t& least = floor[e.write.at];
      if (seen < least) return wrong("an older item than one seen or written before");
      least = seen;
    }
    return std::nullopt;
  }

  storage& on_;
  const crowd& how_;
  const aftermath& after_;
  std::map<std::string, known_write> writes_;  // by stamp
  std::map<std::string, const event*> removed_by_;
  std::vector<const event*> lost_erasures_;
  std::size_t position_ = 1;
};

}  // namespace

problem verify(storage& on, const crowd& how, const aftermath& after) { return verifier(on, how, after).run(); }

}  // namespace dynamo::model
