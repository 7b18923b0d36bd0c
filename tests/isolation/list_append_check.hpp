#pragma once

#include "dependency_graph.hpp"
#include "list_versions.hpp"
#include "register_check.hpp"

#include <cstdint>
#include <vector>

namespace dynamo::isolation {

/// What is wrong with the lists of a history, if it is to be strictly serializable: all operations in one order, each as if it were
/// alone, none before one that was completed when it was invoked. As Elle does it (Kingsbury and Alvaro, 2020), after Adya.
///
/// The reads tell the order of each list's versions, the versions tell who must come before whom (ww, wr, rw), the clock too
/// (real time), and a cycle is a contradiction. Named after the weakest edges that close it: G0 (ww), G1c (ww, wr), lost update and
/// G-single (one rw), G2 (several), each with "real time" if it needs the clock. Only the first kind that is found is reported.
///
/// Time and memory grow with operations and elements read, not with their squares: real time has a chain of joints, an edge for each invocation
/// and completion.
std::vector<anomaly> find_anomalies(const history&);

/// The same as a verdict; `unknown` for a history of more operations than `operations_max`.
verdict check_lists(const history&, std::size_t operations_max = 2'000'000);

/// Who comes before whom. Subjects are numbered as in the evidence.
dependency_graph graph_of(const history&, const list_evidence&);

}  // namespace dynamo::isolation
