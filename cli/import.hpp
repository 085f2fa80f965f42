// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "cli/value.hpp"

namespace loyalty::cli {

struct ImportOptions {
  std::string connect;
  std::string program;
  std::string csv;
  std::string map;      ///< member=COLUMN,at=COLUMN,amount=COLUMN,...
  std::string key;      ///< column that no two rows share
  std::string rejects;  ///< file; "": CSV.rejects.csv
  std::size_t connections = 2;
  std::size_t window = 512;  ///< calls in flight, over all connections
  bool enroll = false;
  bool json = false;
};

/// What an import did.
struct ImportTotals {
  std::int64_t rows = 0;                       ///< data rows read
  std::int64_t imported = 0;                   ///< recorded by this run
  std::int64_t replayed = 0;                   ///< recorded by an earlier run
  std::int64_t rejected = 0;                   ///< wrong, or refused by the server
  std::int64_t members = 0;                    ///< distinct members in the file
  std::int64_t amount = 0;                     ///< minor units of imported and replayed rows
  std::map<std::string, std::int64_t> points;  ///< credited and pending, of the same rows

  Value as_value() const;
};

/// `loyalty import`: streams a purchase log through the server.
int import_csv(const ImportOptions& options);

}  // namespace loyalty::cli
