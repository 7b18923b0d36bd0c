#include <dynamo/protocol/detail/empty_reply_endpoint.hpp>

#include <table/reads/merged_read.hpp>
#include <table/reads/read_state.hpp>
#include <table/requests/conversation.hpp>
#include <table/requests/item_key.hpp>

namespace dynamo::detail {

namespace {

result<reply> as_failure(error why) { return std::unexpected(std::move(why)); }

/// The request for the next page, if there is more to read; a failure to make it becomes the answer.
std::optional<request> following_page(read_state& read, result<reply>& answer) {
  if (!read.has_more()) return std::nullopt;
  result<request> following = read.next_request();
  if (following) return std::move(*following);
  answer = as_failure(std::move(following).error());
  return std::nullopt;
}

/// Asks for page after page until one has an item, or none is left.
class skipping_empty_pages final : public conversation {
 public:
  explicit skipping_empty_pages(shared_read read) : read_(std::move(read)) {}

  std::optional<request> next(result<reply>& answer) override {
    if (!answer || read_->count_items(*answer) != 0) return std::nullopt;
    const result<void> passed = read_->pass(*answer);
    if (!passed) {
      answer = as_failure(passed.error());
      return std::nullopt;
    }
    return following_page(*read_, answer);
  }

 private:
  shared_read read_;
};

/// Reads on after the first item, to find out whether there is another one.
class finding_the_only_item final : public conversation {
 public:
  explicit finding_the_only_item(shared_read read) : read_(std::move(read)) {}

  std::optional<request> next(result<reply>& answer) override {
    if (!answer) return std::nullopt;
    found_ += read_->count_items(*answer);
    if (found_ > 1) {
      answer = as_failure(error(errc::validation, "one(): several items match; first() takes the first of them"));
      return std::nullopt;
    }
    if (const result<void> passed = read_->pass(*answer); !passed) {
      answer = as_failure(passed.error());
      return std::nullopt;
    }
    if (found_ == 1 && !page_) page_ = std::move(*answer);
    if (!read_->has_more()) {
      if (page_) answer = std::move(*page_);
      return std::nullopt;
    }
    return following_page(*read_, answer);
  }

 private:
  shared_read read_;
  std::uint64_t found_ = 0;
  std::optional<reply> page_;  // with the item
};

/// Asks for page after page and adds up how many items there are.
class counting_pages final : public conversation {
 public:
  explicit counting_pages(shared_read read) : read_(std::move(read)) {}

  std::optional<request> next(result<reply>& answer) override {
    if (!answer) return std::nullopt;
    if (const result<void> passed = read_->pass(*answer); !passed) {
      answer = as_failure(passed.error());
      return std::nullopt;
    }
    return following_page(*read_, answer);
  }

 private:
  shared_read read_;
};

}  // namespace

shared_read make_read(request_builder&& builder, const table_binding& table, const schema_description& schema,
                      const keys_description* index, read_options&& options) {
  if (options.parallel)
    return std::make_shared<merged_read>(std::move(builder), table, schema, index, std::move(options));
  return std::make_shared<single_read>(std::move(builder), table, schema, index, std::move(options));
}
void project_read(read_state& read, const record_description& view) { read.project(view); }
void probe_items(read_state& read, item_probe probe) {
  if (read.bad_items()) read.bad_items()->probe = probe;
}
void without_prefetch(read_state& read) { read.without_prefetch(); }
void limit_read(read_state& read, std::uint64_t items) { read.limit_items(items); }

namespace {

/// Where the next request goes.
std::shared_ptr<endpoint> page_endpoint(const shared_read& read, page_need need) {
  if (!read->has_more()) return empty_reply_endpoint();
  switch (need) {
    case page_need::a_page: break;
    case page_need::an_item: return converse(read->via(), std::make_unique<skipping_empty_pages>(read));
    case page_need::the_only_item: return converse(read->via(), std::make_unique<finding_the_only_item>(read));
  }
  return read->via();
}
result<request> page_request(read_state& read) {
  if (!read.has_more()) return request();
  return read.next_request();
}

}  // namespace

prepared_call prepare_page(const shared_read& read, page_need need) {
  return {page_endpoint(read, need), page_request(*read), read};
}
prepared_call prepare_answer(std::shared_ptr<void> state) {
  return {empty_reply_endpoint(), request(), std::move(state)};
}
result<bool> take_page(read_state& read, const reply& answer, const item_sink& sink, page_facts& facts) {
  if (!read.has_more()) return false;
  if (const result<void> taken = read.take(answer, &sink, facts); !taken) return std::unexpected(taken.error());
  return true;
}
result<bool> fetch_page(const shared_read& read, page_need need, const item_sink& sink, page_facts& facts) {
  if (!read->has_more()) return false;
  result<request> next = read->next_request();
  if (!next) return std::unexpected(std::move(next).error());
  const result<reply> answer = page_endpoint(read, need)->call(std::move(*next));
  if (!answer) return std::unexpected(answer.error());
  return take_page(*read, *answer, sink, facts);
}

namespace {

/// The items of a reply alone; those that cannot be read have been reported.
result<void> read_items(const read_state& read, const reply& answer, const item_sink& sink) {
  json::cursor in(answer.body);
  decoder from(in);
  item_filler filler(sink);
  std::size_t item_at = 0;
  std::string_view name;
  if (answer.body.empty()) return {};  // nothing had to be asked
  if (in.begin_object()) {
    while (in.next_name(name)) {
      if (name != "Items") {
        in.skip();
        continue;
      }
      if (!in.begin_array()) break;
      while (in.next_element()) {
        item_at = in.position();
        if (!read.bad_items()) {
          filler.read(from, answer.body.size());
        } else if (const std::string_view item = in.skip(); in.ok() && read.bad_items()->probe(item)) {
          json::cursor alone(item);
          decoder from_it(alone);
          filler.read(from_it, answer.body.size());
        }
      }
    }
  }
  if (const result<void> done = std::move(from).finish(); !done)
    return std::unexpected(naming_item_at(done.error(), answer.body.view(), item_at, read.key_names()));
  filler.keep();
  return {};
}

}  // namespace

result<void> read_first(const reply& answer, void* state, const item_sink& sink) {
  // Who looked for the only item has taken in all pages already; the reply is the one that has it.
  auto& read = *static_cast<read_state*>(state);
  if (!read.has_more()) return read_items(read, answer, sink);
  page_facts facts;
  return read.take(answer, &sink, facts);
}

result<void> decode_nothing(reply&&, void*) { return {}; }

operation<std::uint64_t> count_pages(shared_read read) {
  read->count_only();
  std::shared_ptr<endpoint> via =
      read->has_more() ? converse(read->via(), std::make_unique<counting_pages>(read)) : empty_reply_endpoint();
  result<request> first = page_request(*read);
  return {std::move(via), std::move(first),
          [](reply&&, void* state) -> result<std::uint64_t> { return static_cast<read_state*>(state)->returned(); },
          std::move(read)};
}

}  // namespace dynamo::detail
