#include "durability_task.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace demo {
namespace {

constexpr std::array<std::string_view, 3> disk_names{"real", "dropping", "lying"};

}  // namespace

std::string_view to_string(disk_kind kind) noexcept { return disk_names[static_cast<std::size_t>(kind)]; }

std::vector<std::string> durability_task::to_arguments() const {
  std::string counts;
  for (const std::uint64_t count : acknowledged) counts += (counts.empty() ? "" : ",") + std::to_string(count);
  std::vector<std::string> list{directory, std::string(to_string(disk)), counts};
  for (std::string& more : input.to_arguments()) list.push_back(std::move(more));
  return list;
}

dynamo::result<durability_task> durability_task::from_arguments(std::span<char* const> arguments) {
  const auto refuse = [] {
    return dynamo::fail(
        dynamo::errc::invalid_argument,
        "this program is started by dynamo_demo: DIRECTORY real|dropping|lying ACKNOWLEDGED,... FILE COUNT SEED");
  };
  if (arguments.size() != 6) return refuse();
  durability_task task;
  task.directory = arguments[0];
  const auto disk = std::ranges::find(disk_names, std::string_view(arguments[1]));
  if (disk == disk_names.end()) return refuse();
  task.disk = static_cast<disk_kind>(disk - disk_names.begin());
  for (std::string_view counts = arguments[2]; !counts.empty();) {
    const auto [end, problem] =
        std::from_chars(counts.data(), counts.data() + counts.size(), task.acknowledged.emplace_back());
    if (problem != std::errc()) return refuse();
    counts.remove_prefix(static_cast<std::size_t>(end - counts.data()));
    if (counts.starts_with(',')) counts.remove_prefix(1);
  }
  auto input = input_choice::from_arguments(arguments.subspan(3));
  if (!input || task.acknowledged.empty()) return refuse();
  task.input = *input;
  return task;
}

}  // namespace demo
