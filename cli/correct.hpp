// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "cli/value.hpp"

namespace loyalty::cli {

struct CorrectOptions {
  std::string connect;
  std::string program;
  std::string csv;      ///< the list of `loyalty replay --csv`
  std::string name;     ///< of this correction: a member is corrected once under it
  std::string reason;   ///< for the ledger
  std::string actor;    ///< who does it on behalf of the program
  std::string rejects;  ///< file; "": CSV.rejects.csv
  bool dry_run = false;
  bool json = false;
};

/// What a correction did, or would do.
struct CorrectionTotals {
  std::int64_t members = 0;   ///< in the list
  std::int64_t entries = 0;   ///< differences: of one member, in one currency
  std::int64_t posted = 0;    ///< by this run
  std::int64_t replayed = 0;  ///< by an earlier one
  std::int64_t rejected = 0;
  std::map<std::string, std::int64_t> given;  ///< points, by currency, posted and replayed
  std::map<std::string, std::int64_t> taken;

  Value as_value() const;
};

/// `loyalty correct`: posts the entries that make balances what a replay says they should be
/// (domain.md U11). Every entry says what there was and what there should have been, and has a key
/// of its own, so the same command can be run again and corrects nobody twice.
int correct(const CorrectOptions& options);

}  // namespace loyalty::cli
