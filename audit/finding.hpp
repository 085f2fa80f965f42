// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"

namespace loyalty::audit {

/// What must hold in a store (docs/audit.md). The names are those of the design's list; the ones
/// that only a client or a running server can show are not here.
enum class Invariant : std::uint8_t {
  double_entry,     ///< I1
  lots,             ///< I2
  partner_ledgers,  ///< I3
  gapless,          ///< I4
  answers,          ///< I5
  one_key,          ///< I6
  refusals,         ///< I7
  replay,           ///< I9
  no_debt,          ///< I11
  one_writer,       ///< I12
  effects_once,     ///< I15
  time,             ///< I16
  keys,             ///< I18
  reports,          ///< I20
};

}  // namespace loyalty::audit

namespace loyalty::domain {
template <>
struct EnumNames<audit::Invariant> {
  static constexpr std::array<std::string_view, 14> names{
      "I1", "I2", "I3", "I4", "I5", "I6", "I7", "I9", "I11", "I12", "I15", "I16", "I18", "I20"};
};
}  // namespace loyalty::domain

namespace loyalty::audit {

/// Something that does not hold, and where.
struct Finding {
  Invariant invariant = Invariant::gapless;
  std::uint32_t shard = 0;
  std::string entity;                     ///< "" for the shard as a whole
  std::optional<std::uint64_t> record;    ///< of the entity
  std::optional<std::uint64_t> position;  ///< in the shard's journal
  std::string expected;
  std::string found;

  static void fields(auto& self, auto visit) {
    using domain::defaulted;
    using domain::required;
    visit(required("invariant", "which one does not hold"), self.invariant);
    visit(required("shard", "shard"), self.shard);
    visit(required("entity", "entity; empty for the shard as a whole"), self.entity);
    visit(defaulted("record", "number of the entity's record"), self.record);
    visit(defaulted("position", "position in the shard's journal"), self.position);
    visit(required("expected", "what must hold"), self.expected);
    visit(required("found", "what is there"), self.found);
  }
};

/// "I4 shard 3 m:shop:ada record 7: expected ...; found ...".
std::string to_string(const Finding& finding);

/// Collects findings. Damage in one place can show in very many: all are counted, the first ones
/// are kept.
class Findings {
 public:
  static constexpr std::size_t max_kept = 1000;

  void add(Finding finding) {
    ++count_;
    if (kept_.size() < max_kept) kept_.push_back(std::move(finding));
  }
  std::uint64_t count() const { return count_; }
  const std::vector<Finding>& kept() const { return kept_; }

 private:
  std::uint64_t count_ = 0;
  std::vector<Finding> kept_;
};

/// Where the audit is looking at present.
struct Place {
  Findings& findings;
  std::uint32_t shard = 0;
  std::string_view entity;
  std::uint64_t record = 0;    ///< 0: none in particular
  std::uint64_t position = 0;  ///< 0: none, or not known any more

  void report(Invariant invariant, std::string expected, std::string found) const;
};

}  // namespace loyalty::audit
