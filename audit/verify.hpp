// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "audit/finding.hpp"
#include "audit/totals.hpp"
#include "persistence/store.hpp"

/// `loyalty verify`: whether a store holds what it must (docs/audit.md). Nothing is written, and no
/// shard is claimed; nobody else may write meanwhile.
namespace loyalty::audit {

struct Report {
  std::string store;
  std::uint32_t shards = 0;
  std::uint64_t entities = 0;
  std::uint64_t records = 0;
  std::uint64_t facts = 0;
  std::vector<ProgramTotals> programs;
  std::vector<Finding> findings;
  std::uint64_t more_findings = 0;
  bool ok = true;

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("store", "what was looked at"), self.store);
    visit(required("shards", "shards"), self.shards);
    visit(required("entities", "programs, members and partners"), self.entities);
    visit(required("records", "records replayed"), self.records);
    visit(required("facts", "facts in them"), self.facts);
    visit(required("programs", "totals"), self.programs);
    visit(required("findings", "what does not hold; the first thousand"), self.findings);
    visit(required("more_findings", "how many more there are"), self.more_findings);
    visit(required("ok", "everything holds"), self.ok);
  }
};

/// How far it is.
struct Progress {
  std::uint32_t shard = 0;  ///< being looked at
  std::uint32_t shards = 0;
  std::uint64_t entity = 0;  ///< within the shard
  std::uint64_t entities = 0;
  std::uint64_t records = 0;  ///< of all shards so far
};

struct VerifyOptions {
  std::string program;  ///< only this one; "" for all
  std::function<void(const Progress&)> progress;
};

/// The fault is for a store that cannot be reached any more; damage is in the report.
persistence::StoreResult<Report> verify(persistence::Store& store, const VerifyOptions& options);

}  // namespace loyalty::audit
