// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "domain/program/catalogue.hpp"

namespace loyalty::domain {

/// The versions of a program under which members have acted: what was decided then is explained,
/// and taken back, by the rules of then (domain.md F28, F58).
class CatalogueVersions {
 public:
  CatalogueVersions() = default;
  /// Ascending by version.
  explicit CatalogueVersions(std::vector<std::shared_ptr<const Catalogue>> all)
      : all_(std::move(all)) {}

  /// Null for a version that never was in force.
  const Catalogue* find(std::uint32_t version) const { return share(version).get(); }
  std::shared_ptr<const Catalogue> share(std::uint32_t version) const {
    const auto found =
        std::lower_bound(all_.begin(), all_.end(), version,
                         [](const auto& entry, std::uint32_t v) { return entry->version < v; });
    return found == all_.end() || (*found)->version != version ? nullptr : *found;
  }

 private:
  std::vector<std::shared_ptr<const Catalogue>> all_;
};

}  // namespace loyalty::domain
