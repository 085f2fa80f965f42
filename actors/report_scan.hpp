// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "actors/record.hpp"
#include "domain/member/member.hpp"
#include "domain/report/rows.hpp"
#include "persistence/store.hpp"

/// Reports from histories instead of from the counts that were journalled: how they are made anew,
/// and how it is proved that they are right.
namespace loyalty::actors {

/// Follows the records of one member and counts their facts.
class MemberCounter {
 public:
  explicit MemberCounter(std::string_view key);

  /// Takes the next record, with the program as it was for it. False when it cannot be read or does
  /// not follow: what it would have counted is unknown.
  bool take(const RecordView& record, const domain::Catalogue& catalogue, domain::ReportRows& to);

 private:
  domain::Member member_;
};

struct ReportScan {
  /// The version of a program; null when it is not known.
  std::function<const domain::Catalogue*(std::string_view program, std::uint32_t version)> version;
  /// Records of members in the journal that may be in no segment yet, by entity, in order.
  std::map<std::string, std::vector<std::string_view>> tails;
  std::function<void(const std::string&)> log;
};

/// Counts everything that happened to the members of a shard, by program. A member whose history
/// cannot be read is left out, and the log says so.
persistence::StoreResult<std::map<std::string, domain::ReportRows>> scan_reports(
    persistence::Store& store, persistence::ShardId shard, const ReportScan& scan);

}  // namespace loyalty::actors
