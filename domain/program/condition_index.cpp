// SPDX-License-Identifier: Apache-2.0
#include "domain/program/condition_index.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <map>
#include <optional>

namespace loyalty::domain {
namespace {

/// So few are looked at sooner than they are found.
constexpr std::size_t small_crowd = 8;
/// A condition with long lists is not filed in more places than this, so that an index stays about
/// as large as its list.
constexpr std::size_t most_places = 64;
constexpr std::int32_t most_bands = 48;
/// No activity is worth more than 10^12 (40 bits): larger ones are alike.
constexpr std::uint32_t largest_amount_band = 41;

constexpr std::uint64_t key_of(Trait trait) {
  return static_cast<std::uint64_t>(trait.aspect) << 32U | trait.value;
}

constexpr std::uint32_t bit_of(std::size_t aspect) { return 1U << aspect; }

/// Amounts of one order of magnitude, by powers of two.
std::uint32_t amount_band(std::int64_t amount) {
  if (amount <= 0) return 0;
  const int bits = std::bit_width(static_cast<std::uint64_t>(amount));
  return std::min(static_cast<std::uint32_t>(bits), largest_amount_band);
}

template <class Id>
std::vector<std::uint32_t> numbers_of(const std::vector<Id>& ids) {
  std::vector<std::uint32_t> numbers;
  for (const auto id : ids) numbers.push_back(id.number);
  return numbers;
}

std::vector<std::uint32_t> range(std::uint32_t first, std::uint32_t last) {
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t number = first; number <= last; ++number) numbers.push_back(number);
  return numbers;
}

ConditionIndex::Entry window_of(const ConditionIndex::Entry& entry) {
  return {entry.when, std::max(entry.from, entry.when->from),
          std::min(entry.until, entry.when->until)};
}

}  // namespace

ConditionIndex::ConditionIndex(std::span<const Entry> entries) {
  learn_texts(entries);
  learn_bands(entries);
  std::vector<Asked> all;
  std::vector<Filed> everybody;
  for (const auto& entry : entries) {
    everybody.push_back({static_cast<std::uint32_t>(all.size())});
    all.push_back(asked_by(entry));
  }
  build(everybody, all, bit_of(aspect_count) - 1);
  for (const auto& node : nodes_) asked_ |= node.asked;
}

Trait ConditionIndex::of_text(Aspect aspect, std::string_view text) const {
  return {aspect, number_of(text)};
}

Trait ConditionIndex::of_amount(std::int64_t amount) {
  return {Aspect::amount, amount_band(amount)};
}

std::vector<std::uint32_t> ConditionIndex::candidates(std::span<const Trait> traits) const {
  std::vector<std::uint32_t> found;
  if (nodes_.empty()) return found;
  collect(0, traits, found);
  // A member who holds two tiers may meet a condition that names both in two places.
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

void ConditionIndex::collect(std::uint32_t node, std::span<const Trait> traits,
                             std::vector<std::uint32_t>& found) const {
  const Node& place = nodes_[node];
  found.insert(found.end(), place.here.begin(), place.here.end());
  if (place.branches.empty()) return;
  for (const auto& trait : traits) {
    if ((place.asked & bit_of(static_cast<std::size_t>(trait.aspect))) == 0) continue;
    const auto branch = std::ranges::lower_bound(place.branches, key_of(trait), {}, &Branch::trait);
    if (branch == place.branches.end() || branch->trait != key_of(trait)) continue;
    collect(branch->node, traits, found);
  }
}

/// Days between the first and the last bound of any window are told apart by bands.
void ConditionIndex::learn_bands(std::span<const Entry> entries) {
  const auto learn = [&](LocalDay bound) {
    if (bound == LocalDay{INT32_MIN} || bound == LocalDay{INT32_MAX}) return;
    first_day_ = std::min(first_day_, bound);
    last_day_ = std::max(last_day_, bound);
  };
  for (const auto& entry : entries) {
    const Entry window = window_of(entry);
    learn(window.from);
    learn(window.until);
  }
  if (last_day_ > first_day_) band_days_ = (last_day_.days - first_day_.days) / most_bands + 1;
}

std::uint32_t ConditionIndex::band_of(LocalDay day) const {
  if (day < first_day_) return 0;
  const LocalDay known = std::min(day, last_day_);
  return static_cast<std::uint32_t>((known.days - first_day_.days) / band_days_) + 1;
}

void ConditionIndex::learn_texts(std::span<const Entry> entries) {
  for (const auto& entry : entries) {
    const Condition& when = *entry.when;
    for (const auto* texts : {&when.activities, &when.subtypes, &when.categories, &when.products,
                              &when.channels, &when.segments}) {
      texts_.insert(texts_.end(), texts->begin(), texts->end());
    }
  }
  std::ranges::sort(texts_);
  texts_.erase(std::unique(texts_.begin(), texts_.end()), texts_.end());
}

/// 0 for a text that no condition asks for.
std::uint32_t ConditionIndex::number_of(std::string_view text) const {
  const auto known = std::ranges::lower_bound(texts_, text);
  if (known == texts_.end() || *known != text) return 0;
  return static_cast<std::uint32_t>(known - texts_.begin()) + 1;
}

ConditionIndex::Asked ConditionIndex::asked_by(const Entry& entry) const {
  Asked asked;
  const Condition& when = *entry.when;
  const auto ask = [&](Aspect aspect, Values values) {
    std::ranges::sort(values);
    values.erase(std::unique(values.begin(), values.end()), values.end());
    asked[static_cast<std::size_t>(aspect)] = std::move(values);
  };
  const auto ask_text = [&](Aspect aspect, const std::vector<std::string>& texts) {
    Values values;
    for (const auto& text : texts) values.push_back(number_of(text));
    ask(aspect, std::move(values));
  };
  ask_text(Aspect::activity, when.activities);
  ask_text(Aspect::subtype, when.subtypes);
  ask_text(Aspect::category, when.categories);
  ask_text(Aspect::product, when.products);
  ask_text(Aspect::channel, when.channels);
  ask_text(Aspect::segment, when.segments);
  ask(Aspect::tier, numbers_of(when.tiers));
  ask(Aspect::enrolled, numbers_of(when.enrolled_in));
  ask(Aspect::partner, when.own_products_only ? Values{0} : numbers_of(when.partners));
  if (when.min_amount > 0 || when.max_amount > 0) {
    ask(Aspect::amount,
        range(amount_band(when.min_amount),
              when.max_amount > 0 ? amount_band(when.max_amount) : largest_amount_band));
  }
  const Entry window = window_of(entry);
  const bool bounded = window.from != LocalDay{INT32_MIN} || window.until != LocalDay{INT32_MAX};
  if (bounded && window.from < window.until) {
    ask(Aspect::day, range(band_of(window.from), band_of(LocalDay{window.until.days - 1})));
  }
  return asked;
}

std::uint32_t ConditionIndex::build(const std::vector<Filed>& crowd, const std::vector<Asked>& all,
                                    std::uint32_t aspects) {
  const auto self = static_cast<std::uint32_t>(nodes_.size());
  nodes_.emplace_back();
  const bool small = crowd.size() <= small_crowd;
  // How many ask for each trait: the fewer, the better it tells them apart.
  std::map<std::uint64_t, std::size_t> loads;
  const auto each_ask = [&](const Filed& filed, auto see) {
    for (std::size_t i = 0; i < aspect_count && !small; ++i) {
      const Values& values = all[filed.position][i];
      const bool fits = !values.empty() && values.size() * filed.places <= most_places;
      if ((aspects & bit_of(i)) != 0 && fits) see(static_cast<Aspect>(i), values);
    }
  };
  for (const auto& filed : crowd) {
    each_ask(filed, [&](Aspect aspect, const Values& values) {
      for (const auto value : values) ++loads[key_of({aspect, value})];
    });
  }
  std::map<std::uint64_t, std::vector<Filed>> places;
  for (const auto& filed : crowd) {
    std::optional<Aspect> rarest;
    std::size_t least = 0;
    each_ask(filed, [&](Aspect aspect, const Values& values) {
      std::size_t load = 0;
      for (const auto value : values) load += loads[key_of({aspect, value})];
      if (rarest && load >= least) return;
      rarest = aspect;
      least = load;
    });
    if (!rarest) {
      nodes_[self].here.push_back(filed.position);
      continue;
    }
    const Values& values = all[filed.position][static_cast<std::size_t>(*rarest)];
    nodes_[self].asked |= bit_of(static_cast<std::size_t>(*rarest));
    for (const auto value : values) {
      places[key_of({*rarest, value})].push_back({filed.position, filed.places * values.size()});
    }
  }
  for (const auto& [trait, filed] : places) {
    const std::uint32_t left = aspects & ~bit_of(static_cast<std::size_t>(trait >> 32U));
    const std::uint32_t node = build(filed, all, left);
    nodes_[self].branches.push_back({trait, node});
  }
  return self;
}

}  // namespace loyalty::domain
