#pragma once

#include <dynamo/protocol/detail/request_context.hpp>
#include <dynamo/table/detail/read.hpp>

#include <table/reads/read_state.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::detail {

/// Asks all segments of a scan at once, and hands out the answers one by one, as they come: a request to it is for the next of
/// them, whatever it says. One lock guards who was asked and what has come; nothing is started under it, since an answer may
/// come inside start().
///
/// Who owns what: the read owns the gatherer, and the gatherer the endpoint and a sink for each segment. A segment that is asked
/// keeps the gatherer alive until it has answered, and so its sink; the endpoint is let go with the read, by abandon(), since
/// its last owner must not be the thread that brings an answer nobody waits for.
class segment_gatherer final : public endpoint, public std::enable_shared_from_this<segment_gatherer> {
 public:
  segment_gatherer(std::shared_ptr<endpoint> via, std::vector<std::unique_ptr<single_read>> segments);

  result<reply> call(request) override;
  void start(request, reply_sink&) override;

  std::vector<std::unique_ptr<single_read>>& segments() noexcept { return segments_; }
  /// The segment whose answer was handed out last.
  single_read& current() { return *segments_[current_]; }
  /// Altogether, so many more items are wanted.
  void allow(std::uint64_t rest) noexcept { rest_ = rest; }
  /// That answer was taken in, so that the segment's next page may be asked for; or it failed, and is asked for again.
  void taken();
  /// The read is gone: nothing more is asked, and what is under way answers to nobody.
  void abandon() noexcept {
    segments_.clear();
    via_.reset();
  }

 private:
  /// Where the answers of one segment go, one at a time.
  class answer_sink final : public reply_sink {
   public:
    /// `to` stays alive until the answer has come.
    void expect(std::shared_ptr<segment_gatherer> to, std::size_t segment) noexcept {
      to_ = std::move(to);
      segment_ = segment;
    }
    void complete(result<reply> answer) noexcept override {
      const std::shared_ptr<segment_gatherer> to = std::move(to_);  // its last owner may be this; then both go with it
      to->answered(segment_, std::move(answer));
    }

   private:
    std::shared_ptr<segment_gatherer> to_;  // while its answer is awaited
    std::size_t segment_ = 0;
  };
  enum class phase : std::uint8_t { idle, asked, answered, handed_out };

  void ask(const request_context&, std::unique_lock<std::mutex>&);
  void answered(std::size_t segment, result<reply>);
  result<reply> hand_out();

  std::shared_ptr<endpoint> via_;
  std::vector<std::unique_ptr<single_read>> segments_;
  std::vector<answer_sink> sinks_;  // by segment
  std::size_t current_ = 0;
  std::optional<std::uint64_t> rest_;

  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<phase> phases_;                                  // by segment
  std::deque<std::pair<std::size_t, result<reply>>> answers_;  // in order of arrival
  reply_sink* waiting_ = nullptr;                              // of a caller that does not block
  bool asking_ = false;
};

/// A scan in several segments, as one read. Its cursors stand for all of them: a JSON array with, of each segment, the key
/// after which it goes on, {} for its beginning, and null for its end.
class merged_read final : public read_state {
 public:
  merged_read(request_builder&&, const table_binding&, const schema_description&, const keys_description* index,
              read_options&&);
  ~merged_read() override { gatherer_->abandon(); }
  merged_read(const merged_read&) = delete;
  merged_read& operator=(const merged_read&) = delete;

  void project(const record_description& view) override;
  void limit_items(std::uint64_t items) override;
  void count_only() override;
  void without_prefetch() override {}
  bool has_more() const noexcept override { return !finished_; }
  std::shared_ptr<endpoint> via() const override { return gatherer_; }
  result<request> next_request() override;
  result<void> take(const reply&, const item_sink* sink, page_facts&) override;
  std::uint64_t returned() const noexcept override { return returned_; }
  std::span<const std::string_view> key_names() const noexcept override;

 private:
  result<void> resume(const cursor&);
  std::string position() const;
  bool all_at_end() const;

  std::shared_ptr<segment_gatherer> gatherer_;
  std::string binding_;  // what cursors are bound to
  cursor_keys keys_;
  std::optional<error> problem_;
  std::optional<std::uint64_t> item_limit_;
  std::uint64_t returned_ = 0;
  bool finished_ = false;
};

}  // namespace dynamo::detail
