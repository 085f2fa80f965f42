// SPDX-License-Identifier: Apache-2.0
#include "replay/shard_replay.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <exception>

#include "actors/entity_key.hpp"
#include "codec/stored.hpp"
#include "persistence/faults.hpp"
#include "replay/member_past.hpp"

namespace loyalty::replay {
namespace {

using domain::Catalogue;
using domain::CurrencyId;
using domain::Member;
using domain::Points;
using domain::TierGroup;

/// What a member would be, in one number: the state, and what made it up.
Digest digest_of(const MemberReplay& member, codec::Writer& out) {
  out.clear();
  out.string(member.now.id);
  codec::write_stored(out, member.now);
  for (const auto& [currency, sums] : member.proposed.currencies) {
    out.unsigned_integer(currency.number);
    for (const Points points : {sums.credited, sums.taken_back, sums.spent, sums.expired}) {
      out.integer(points.value);
    }
  }
  out.unsigned_integer(member.not_covered.redemptions);
  const XXH128_hash_t hash = XXH3_128bits(out.bytes().data(), out.bytes().size());
  return {hash.low64, hash.high64};
}

Points points_of(const Figures& figures, CurrencyId currency) {
  const CurrencyFigures sums = figures.currencies.at(currency);
  return sums.available + sums.waiting;
}

bool gains_more(const MemberRow& a, const MemberRow& b) {
  return a.difference != b.difference ? a.difference > b.difference : a.member < b.member;
}
bool loses_more(const MemberRow& a, const MemberRow& b) {
  return a.difference != b.difference ? a.difference < b.difference : a.member < b.member;
}

template <class Order>
void keep_first(std::vector<MemberRow>& rows, std::size_t most, Order order) {
  std::ranges::sort(rows, order);
  if (rows.size() > most) rows.resize(most);
}

std::vector<std::string> tiers_of(const Member& member, const Catalogue& rules) {
  std::vector<std::string> tiers;
  for (const auto& group : rules.tier_groups) {
    tiers.emplace_back(rules.text(member.tier(group.id)));
  }
  return tiers;
}

/// Adds up the members of one shard.
class Sums {
 public:
  explicit Sums(const ShardTask& task) : task_(task), rules_(task.rules.proposed.catalogue) {}

  void add(const MemberReplay& member) {
    sums_.actual += member.actual;
    sums_.proposed += member.proposed;
    sums_.commands += member.commands;
    sums_.not_covered += member.not_covered;
    sums_.refused += member.refused;
    sums_.lost += member.lost;
    sums_.deliveries += member.deliveries;
    if (!member.then.exists) return;
    ++sums_.members;
    sums_.digest += digest_of(member, writer_);
    // Each is looked at: the change of one thing may not hide that of another.
    const bool other_tiers = compare_tiers(member);
    const bool other_points = has_other_points(member);
    sums_.changed += other_tiers || other_points;
    rank(member);
    if (task_.lines) sums_.lines.push_back(line_of(member));
  }

  ShardReplay take() {
    keep_first(sums_.gain, task_.most_members, gains_more);
    keep_first(sums_.lose, task_.most_members, loses_more);
    return std::move(sums_);
  }

 private:
  bool compare_tiers(const MemberReplay& member) {
    bool differs = false;
    for (const auto& group : rules_.tier_groups) {
      const auto then = member.then.tier(group.id);
      const auto now = member.now.tier(group.id);
      if (then == now) continue;
      differs = true;
      ++sums_.moves[{group.id, then, now}];
      ++(group.rank(now) > group.rank(then) ? sums_.tiers_up : sums_.tiers_down);
    }
    return differs;
  }

  static bool has_other_points(const MemberReplay& member) {
    const auto covers = [](const Figures& a, const Figures& b) {
      return std::all_of(a.currencies.begin(), a.currencies.end(), [&](const auto& entry) {
        const CurrencyFigures other = b.currencies.at(entry.first);
        return entry.second.available == other.available && entry.second.waiting == other.waiting &&
               entry.second.scheduled == other.scheduled;
      });
    };
    return !covers(member.actual, member.proposed) || !covers(member.proposed, member.actual);
  }

  void rank(const MemberReplay& member) {
    if (task_.most_members == 0) return;
    const Points actual = points_of(member.actual, task_.ranked_by);
    const Points proposed = points_of(member.proposed, task_.ranked_by);
    if (actual == proposed) return;
    auto& rows = proposed > actual ? sums_.gain : sums_.lose;
    rows.push_back({.member = member.then.id,
                    .actual = actual,
                    .proposed = proposed,
                    .difference = proposed - actual,
                    .actual_tiers = tiers_of(member.then, rules_),
                    .proposed_tiers = tiers_of(member.now, rules_)});
    // Sorted now and then, so that a shard of many members stays small.
    if (rows.size() < 4 * task_.most_members + 64) return;
    proposed > actual ? keep_first(rows, task_.most_members, gains_more)
                      : keep_first(rows, task_.most_members, loses_more);
  }

  std::vector<std::string> line_of(const MemberReplay& member) const {
    std::vector<std::string> line{member.then.id};
    for (const auto& currency : rules_.currencies) {
      line.push_back(std::to_string(points_of(member.actual, currency.id).value));
      line.push_back(std::to_string(points_of(member.proposed, currency.id).value));
    }
    for (const auto& group : rules_.tier_groups) {
      line.emplace_back(rules_.text(member.then.tier(group.id)));
      line.emplace_back(rules_.text(member.now.tier(group.id)));
    }
    line.push_back(std::to_string(member.not_covered.redemptions));
    return line;
  }

  const ShardTask& task_;
  const Catalogue& rules_;
  codec::Writer writer_;
  ShardReplay sums_;
};

}  // namespace

Digest& Digest::operator+=(const Digest& other) {
  low += other.low;
  high += other.high;
  return *this;
}

std::string Digest::to_string() const {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint64_t half : {high, low}) {
    for (int shift = 60; shift >= 0; shift -= 4) text += digits[half >> shift & 15];
  }
  return text;
}

void ShardReplay::add(ShardReplay&& other, std::size_t most_members) {
  members += other.members;
  commands += other.commands;
  changed += other.changed;
  lost += other.lost;
  deliveries += other.deliveries;
  tiers_up += other.tiers_up;
  tiers_down += other.tiers_down;
  actual += other.actual;
  proposed += other.proposed;
  not_covered += other.not_covered;
  refused += other.refused;
  moves += other.moves;
  std::ranges::move(other.gain, std::back_inserter(gain));
  std::ranges::move(other.lose, std::back_inserter(lose));
  keep_first(gain, most_members, gains_more);
  keep_first(lose, most_members, loses_more);
  digest += other.digest;
}

persistence::StoreResult<ShardReplay> replay_shard(const ShardTask& task,
                                                   persistence::ShardId shard) {
  auto histories = ShardPast::open(task.store, shard, [&](std::string_view entity) {
    return actors::type_of(entity) == actors::EntityType::member &&
           actors::program_of(entity) == task.program;
  });
  if (!histories) return domain::Unexpected{histories.error()};
  MemberReplayer replayer(task.rules, task.window);
  MemberPast past;
  Sums sums(task);
  for (std::size_t i = 0; i < histories->entities().size(); ++i) {
    const std::string& name = histories->entities()[i];
    const auto read = past.read(*histories, i);
    if (!read) return domain::Unexpected{read.error()};
    std::uint64_t activities = 0;
    try {
      const MemberReplay& member = replayer.replay(actors::id_of(name), past.turns());
      activities = member.actual.activities;
      sums.add(member);
    } catch (const std::exception& error) {  // a bug in the rules: never a figure that is not so
      return persistence::invalid(name + " cannot be replayed: " + error.what());
    }
    if (!task.went_on(activities)) break;
  }
  return sums.take();
}

std::vector<std::string> line_heading(const Catalogue& rules) {
  std::vector<std::string> heading{"member"};
  for (const auto& currency : rules.currencies) {
    const std::string name(rules.text(currency.id));
    heading.push_back(name + " actual");
    heading.push_back(name + " proposed");
  }
  for (const auto& group : rules.tier_groups) {
    const std::string name(rules.text(group.id));
    heading.push_back(name + " actual");
    heading.push_back(name + " proposed");
  }
  heading.emplace_back("redemptions not covered");
  return heading;
}

}  // namespace loyalty::replay
