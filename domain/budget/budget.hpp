// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "domain/budget/quantities.hpp"
#include "domain/fields.hpp"

/// What all members of a program share, such as the limits of a promotion (domain.md F46, U9) or
/// the pack of a pre-paid partner (F51). It has one owner. Members live in shards, so a shard asks
/// the owner for a portion before a member may use anything of it; what was used is reported by the
/// outbox. Used and portions together never exceed the total, whatever fails.
namespace loyalty::domain {

/// More than anything that can be used.
inline constexpr std::int64_t unlimited = INT64_MAX / 4;

/// What a shard may use without asking again.
struct Portion {
  std::uint32_t shard = 0;
  std::uint64_t epoch = 0;  ///< of the shard when it asked; it remembers none of an earlier one
  Quantities quantities;

  static void fields(auto& self, auto visit) {
    visit(required("shard", "shard"), self.shard);
    visit(required("epoch", "of the shard when it asked"), self.epoch);
    visit(required("quantities", "not used yet"), self.quantities);
  }
};

/// The owner has set what a shard may use.
struct PortionSet {
  static constexpr std::string_view name = "portion_set";
  Portion portion;

  static void fields(auto& self, auto visit) {
    visit(required("portion", "in place of what the shard had"), self.portion);
  }
};

struct Budget {
  Quantities used;
  std::vector<Portion> portions;

  static void fields(auto& self, auto visit) {
    visit(required("used", "used"), self.used);
    visit(required("portions", "not used yet, by shard"), self.portions);
  }

  Quantities set_aside() const;
};

/// A shard has reported what its members used (negative: gave back).
void book(Budget& budget, std::uint32_t shard, const Quantities& use);
void evolve(Budget& budget, const PortionSet& fact);

/// What a shard that still has `kept` gets of what it wants on top: as much as is left of the
/// total.
Quantities grantable(const Budget& budget, const Quantities& total, std::uint32_t shard,
                     const Quantities& kept, const Quantities& wanted);

}  // namespace loyalty::domain
