// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace loyalty::bench::w1 {

/// Where the limit probe keeps its records.
class Journal {
 public:
  virtual ~Journal() = default;
  /// Keeps a group of records; for a journal that waits, until they survive a loss of power. Ends
  /// the program on an error.
  virtual void keep(std::string_view group) = 0;
  /// Whether answers wait for keep().
  virtual bool waits() const = 0;
};

/// "none" (null), "file" and "rocksdb" (a Put a group), which sync every group before it is
/// answered, "file-relaxed" and "rocksdb-relaxed", which sync once a second.
std::unique_ptr<Journal> make_journal(const std::string& name, const std::string& folder);

}  // namespace loyalty::bench::w1
