#include <table/reads/merged_read.hpp>

#include <table/reads/cursor_text.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::detail {

namespace {

/// Each holds a page in memory, and a connection.
constexpr std::uint32_t segments_at_once_max = 64;

}  // namespace

// ---- segment_gatherer -------------------------------------------------------------------------------------------

segment_gatherer::segment_gatherer(std::shared_ptr<endpoint> via, std::vector<std::unique_ptr<single_read>> segments)
    : via_(std::move(via)),
      segments_(std::move(segments)),
      sinks_(segments_.size()),
      phases_(segments_.size(), phase::idle) {}

void segment_gatherer::ask(const request_context& context, std::unique_lock<std::mutex>& lock) {
  asking_ = true;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (phases_[i] != phase::idle || !segments_[i]->has_more()) continue;
    if (rest_) segments_[i]->allow(*rest_);
    result<request> next = segments_[i]->next_request();
    phases_[i] = phase::asked;
    if (!next) {
      phases_[i] = phase::answered;
      answers_.emplace_back(i, std::unexpected(std::move(next).error()));
      continue;
    }
    context.apply(*next);
    sinks_[i].expect(shared_from_this(), i);
    lock.unlock();
    via_->start(std::move(*next), sinks_[i]);
    lock.lock();
  }
  asking_ = false;
}

void segment_gatherer::answered(std::size_t segment, result<reply> answer) {
  std::unique_lock lock(mutex_);
  phases_[segment] = phase::answered;
  answers_.emplace_back(segment, std::move(answer));
  if (waiting_ == nullptr) {
    came_.notify_one();
  } else if (!asking_) {
    reply_sink& outcome = *std::exchange(waiting_, nullptr);
    result<reply> next = hand_out();
    lock.unlock();
    outcome.complete(std::move(next));
  }
}

result<reply> segment_gatherer::hand_out() {
  auto [segment, answer] = std::move(answers_.front());
  answers_.pop_front();
  current_ = segment;
  phases_[segment] = answer ? phase::handed_out : phase::idle;
  return std::move(answer);
}

void segment_gatherer::taken() {
  const std::lock_guard lock(mutex_);
  if (phases_[current_] == phase::handed_out) phases_[current_] = phase::idle;
}

result<reply> segment_gatherer::call(request next) {
  std::unique_lock lock(mutex_);
  ask(request_context(next), lock);
  came_.wait(lock, [this] { return !answers_.empty(); });
  return hand_out();
}

void segment_gatherer::start(request next, reply_sink& outcome) {
  std::unique_lock lock(mutex_);
  waiting_ = &outcome;
  ask(request_context(next), lock);
  if (answers_.empty() || waiting_ == nullptr) return;
  waiting_ = nullptr;
  result<reply> answer = hand_out();
  lock.unlock();
  outcome.complete(std::move(answer));
}

// ---- merged_read ------------------------------------------------------------------------------------------------

merged_read::merged_read(request_builder&& builder, const table_binding& table, const schema_description& schema,
                         const keys_description* index, read_options&& options)
    : read_state(options.bad_items), keys_(options.keys), item_limit_(options.item_limit) {
  const auto complain = [&](const char* why) {
    if (!problem_) problem_.emplace(errc::invalid_argument, why);
  };
  const std::uint32_t count = *options.parallel;
  if (count == 0 || count > segments_at_once_max) complain("a scan has 1 to 64 segments in parallel");
  if (options.part) complain("a scan is of one segment, or of all in parallel");
  if (options.examined_limit || options.page_limit)
    complain("a scan in parallel segments has no examined_limit and no page_limit: it asks for pages ahead");
  if (keys_.signer() && !problem_) problem_ = keys_.signer()->problem();
  const std::uint32_t used = problem_ ? 1 : count;
  std::vector<std::unique_ptr<single_read>> segments;
  for (std::uint32_t i = 0; i < used; ++i) {
    read_options mine;
    mine.page_size = options.page_size;
    mine.consistent = options.consistent;
    mine.bad_items = options.bad_items;
    mine.part = segment(i, used);
    segments.push_back(
        std::make_unique<single_read>(single_read::copy_of(builder, table), table, schema, index, std::move(mine)));
  }
  for (const std::unique_ptr<single_read>& one : segments) binding_ += one->binding();
  gatherer_ = std::make_shared<segment_gatherer>(table.via, std::move(segments));
  if (options.resume && !problem_) {
    if (result<void> resumed = resume(*options.resume); !resumed) problem_ = std::move(resumed).error();
  }
  finished_ = !problem_ && ((item_limit_ && *item_limit_ == 0) || all_at_end());
}

result<void> merged_read::resume(const cursor& from) {
  const result<std::string> text = open_cursor(binding_, from, keys_);
  if (!text) return std::unexpected(text.error());
  const json::buffer padded(*text);
  json::cursor in(padded);
  in.begin_array();
  for (const std::unique_ptr<single_read>& one : gatherer_->segments()) {
    if (!in.next_element()) break;
    const std::string_view key = in.skip();
    if (key == "null") {
      one->end();
    } else if (key != "{}") {
      one->start_behind(std::string(key));
    }
  }
  return {};
}

std::span<const std::string_view> merged_read::key_names() const noexcept {
  return gatherer_->segments().front()->key_names();
}

std::string merged_read::position() const {
  std::string text = "[";
  for (const std::unique_ptr<single_read>& one : gatherer_->segments()) {
    if (text.size() > 1) text += ',';
    text += one->at_end() ? "null" : one->start_key().empty() ? "{}" : one->start_key();
  }
  return text + "]";
}

bool merged_read::all_at_end() const {
  const auto& all = gatherer_->segments();
  return std::all_of(all.begin(), all.end(), [](const auto& one) { return one->at_end(); });
}

void merged_read::project(const record_description& view) {
  for (const std::unique_ptr<single_read>& one : gatherer_->segments()) one->project(view);
}
void merged_read::limit_items(std::uint64_t items) { item_limit_ = std::min(item_limit_.value_or(items), items); }
void merged_read::count_only() {
  for (const std::unique_ptr<single_read>& one : gatherer_->segments()) one->count_only();
}

result<request> merged_read::next_request() {
  if (problem_) return std::unexpected(*problem_);
  if (item_limit_) gatherer_->allow(*item_limit_ - returned_);
  return request(operation_name::scan, json::buffer("{}"), repeatable::yes);
}

result<void> merged_read::take(const reply& answer, const item_sink* sink, page_facts& facts) {
  single_read& segment = gatherer_->current();
  if (item_limit_) segment.allow(*item_limit_ - returned_);
  const std::uint64_t before = segment.returned();
  result<void> taken = segment.take(answer, sink, facts);
  gatherer_->taken();
  if (!taken) return taken;
  returned_ += segment.returned() - before;
  const bool end = all_at_end();
  finished_ = end || (item_limit_ && returned_ >= *item_limit_);
  facts.next.reset();
  if (!end) facts.next = make_cursor(binding_, position(), keys_);
  return {};
}

}  // namespace dynamo::detail
