// SPDX-License-Identifier: Apache-2.0
#include "domain/member/tiers.hpp"

#include "domain/member/benefits.hpp"
#include "domain/member/commands/decide.hpp"
#include "domain/member/views.hpp"

/// Commands on tiers: override, assess (domain.md F33, F37).
namespace loyalty::domain {
namespace {

Decision tier_answer() {
  return Answer([](const MemberTurn& turn, std::size_t first) -> MemberResult {
    return tier_result(turn, first);
  });
}

/// The group named, or the only one there is.
Expected<const TierGroup*, Refusal> group_named(const Catalogue& catalogue,
                                                const std::string& name) {
  if (name.empty() && catalogue.tier_groups.size() == 1) return &catalogue.tier_groups.front();
  if (name.empty()) {
    return refuse(
        RefusalCode::invalid_param, "group",
        "expected a tier group: the program has " + std::to_string(catalogue.tier_groups.size()));
  }
  const TierGroup* group =
      catalogue.tier_group(TierGroupId{catalogue.symbols.find("tier_group", name)});
  if (group == nullptr) {
    return refuse(RefusalCode::unknown_tier, "group",
                  "the program has no tier group '" + name + "'");
  }
  return group;
}

}  // namespace

Decision decide(const OverrideTier& command, MemberTurn& turn) {
  const Catalogue& catalogue = turn.catalogue();
  const auto group = group_named(catalogue, command.group);
  if (!group) return Unexpected{group.error()};
  const TierId tier{catalogue.symbols.find("tier", command.tier)};
  if ((*group)->rank(tier) < 0) {
    return refuse(RefusalCode::unknown_tier, "tier",
                  "the tier group has no tier '" + command.tier + "'");
  }
  const auto until = parse_day(command.until);
  if (!until || *until <= turn.today()) {
    return refuse(RefusalCode::invalid_param, "until", "expected a local day after today");
  }
  if (command.reason.empty() || command.reason.size() > 256) {
    return refuse(RefusalCode::invalid_param, "reason", "expected 1 to 256 bytes");
  }
  if (command.actor.size() > 64) {
    return refuse(RefusalCode::invalid_param, "actor", "expected at most 64 bytes");
  }
  turn.state(TierOverridden{.group = (*group)->id,
                            .from = turn.member().tier((*group)->id),
                            .to = tier,
                            .effective = turn.today(),
                            .expires = turn.zone().start_of(*until),
                            .reason = command.reason,
                            .actor = command.actor});
  update_benefits(turn);
  return tier_answer();
}

Decision decide(const AssessTier& command, MemberTurn& turn) {
  // Everything reached is taken up as soon as the member is settled, so that nothing is left to
  // do but to look.
  if (!command.group.empty()) {
    const auto group = group_named(turn.catalogue(), command.group);
    if (!group) return Unexpected{group.error()};
  }
  rise_by_program(turn);
  return tier_answer();
}

}  // namespace loyalty::domain
