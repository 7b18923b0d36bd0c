#pragma once

#include "engine_core.hpp"
#include "resource_lookup.hpp"

#include <dynamo/base/result.hpp>
#include <engine/tables/attachment.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// What becomes of an attachment's row.
struct attachment_decision {
  enum class kind : std::uint8_t { keep, put, erase };
  kind what = kind::keep;
  std::string row{};  ///< the new one
};

/// Changes one attachment of a table or a stream, and waits for the commit. `find` looks the resource up, `decide` is told the row that there is,
/// be it committed or on its way, under the row's lock; both are called again when the table has changed meanwhile. What is told rests on
/// committed values only. Errors: those of the two, resource_in_use, read_only, those of a commit that failed.
result<void> change_attachment(
    engine_core&, attachment, const std::function<result<attached_resource>()>& find,
    const std::function<result<attachment_decision>(const attached_resource&, std::optional<std::string_view> row)>&
        decide);

}  // namespace dynamo::engine
