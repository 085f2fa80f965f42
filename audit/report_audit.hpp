// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "audit/finding.hpp"
#include "audit/journal.hpp"
#include "domain/report/rows.hpp"
#include "persistence/store.hpp"

namespace loyalty::audit {

/// What the histories of one shard's members count up to, by program: the full scan with which what
/// the shard keeps for reports is compared.
using ScannedReports = std::map<std::string, domain::ReportRows>;

/// Compares the reports of a shard, pinned pieces and journalled counts, with the scan. `program`
/// limits it to one; "" takes all.
void check_reports(const std::vector<persistence::Snapshot>& pinned, const Journal& journal,
                   const ScannedReports& scanned, std::string_view program, const Place& place);

}  // namespace loyalty::audit
