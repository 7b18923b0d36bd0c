#include "records_page.hpp"

#include "record_writer.hpp"

#include <dynamo/value/limits.hpp>

#include <utility>

namespace dynamo::engine {
namespace {

/// Text of one page, at the most: SizeBytes counts 1E125 as two bytes.
constexpr std::size_t page_text_max = 4u << 20;

}  // namespace

records_page::records_page(std::string_view region, const stream_descriptor& stream)
    : region_(region), stream_(stream), answer_(out_) {
  answer_.name("Records").append('[');
}

bool records_page::take(change_number number, const change_record& record) {
  if (out_.size() >= page_text_max) return false;
  const std::size_t before = out_.size();
  if (count_ > 0) out_.append(',');
  const std::size_t size = write_record(out_, region_, stream_, number, record);
  if (count_ > 0 && size_ + size > limits::get_records_size_max) {
    out_.truncate(before);
    return false;
  }
  size_ += size;
  ++count_;
  return true;
}

reply records_page::finish(std::string_view next_iterator) && {
  out_.append(']');
  if (!next_iterator.empty()) answer_.member("NextShardIterator", next_iterator);
  answer_.end();
  return reply(std::move(out_));
}

}  // namespace dynamo::engine
