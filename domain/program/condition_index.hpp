// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/program/condition.hpp"

namespace loyalty::domain {

/// What a condition can ask of an activity and of the member who does it.
enum class Aspect : std::uint8_t {
  activity,
  subtype,
  category,
  product,
  channel,
  partner,
  day,
  amount,
  tier,
  segment,
  enrolled
};
inline constexpr std::size_t aspect_count = 11;

/// One answer to an aspect, as a number of the index.
struct Trait {
  Aspect aspect = Aspect::activity;
  std::uint32_t value = 0;
};

/// Finds, of many conditions, the few that may hold for an activity, without looking at the others.
/// Each is filed under the aspect in which it is rarest among those around it; a crowded place
/// files its conditions again by the aspects left. An activity visits the places of its own traits
/// only. What is found is a superset, in the order of the list: look-backs are not filed, amounts
/// and days only roughly, so each candidate is still to be checked. Immutable.
class ConditionIndex {
 public:
  /// A condition that counts on the days [from, until) only.
  struct Entry {
    const Condition* when = nullptr;
    LocalDay from{INT32_MIN};
    LocalDay until{INT32_MAX};
  };

  ConditionIndex() = default;
  explicit ConditionIndex(std::span<const Entry> entries);

  /// Everything is a candidate always: the list is short, or the conditions ask nothing.
  bool is_plain() const { return asked_ == 0; }
  /// Whether traits of an aspect make a difference.
  bool asks(Aspect aspect) const { return (asked_ >> static_cast<unsigned>(aspect) & 1U) != 0; }

  Trait of_text(Aspect aspect, std::string_view text) const;
  template <class Id>
  static Trait of_id(Aspect aspect, Id id) {
    return {aspect, id.number};
  }
  Trait of_day(LocalDay day) const { return {Aspect::day, band_of(day)}; }
  static Trait of_amount(std::int64_t amount);

  /// Positions of the conditions that may hold, ascending, each once.
  std::vector<std::uint32_t> candidates(std::span<const Trait> traits) const;

 private:
  using Values = std::vector<std::uint32_t>;
  using Asked = std::array<Values, aspect_count>;  // empty: any value will do

  struct Branch {
    std::uint64_t trait = 0;
    std::uint32_t node = 0;
  };
  struct Node {
    std::uint32_t asked = 0;          // aspects of its branches, a bit each
    std::vector<std::uint32_t> here;  // candidates whatever the other traits are
    std::vector<Branch> branches;     // ascending
  };
  /// A condition in a crowd, and in how many places it is already.
  struct Filed {
    std::uint32_t position = 0;
    std::size_t places = 1;
  };

  void learn_bands(std::span<const Entry> entries);
  std::uint32_t band_of(LocalDay day) const;
  void learn_texts(std::span<const Entry> entries);
  std::uint32_t number_of(std::string_view text) const;
  Asked asked_by(const Entry& entry) const;
  std::uint32_t build(const std::vector<Filed>& crowd, const std::vector<Asked>& all,
                      std::uint32_t aspects);
  void collect(std::uint32_t node, std::span<const Trait> traits,
               std::vector<std::uint32_t>& found) const;

  std::uint32_t asked_ = 0;
  std::vector<Node> nodes_;         // the first is the root
  std::vector<std::string> texts_;  // all that are asked for, ascending; numbered from 1
  LocalDay first_day_{INT32_MAX};   // of all windows; the same for all activities before it
  LocalDay last_day_{INT32_MIN};
  std::int32_t band_days_ = 1;
};

}  // namespace loyalty::domain
