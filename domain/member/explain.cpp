// SPDX-License-Identifier: Apache-2.0
#include "domain/member/explain.hpp"

#include <algorithm>

#include "domain/member/accruals.hpp"
#include "domain/member/conditions.hpp"
#include "domain/member/member.hpp"
#include "domain/member/streaks.hpp"

namespace loyalty::domain {
namespace {

/// The journal that a fact is about; 0 when it is about none.
Sequence journal_of(const MemberFact& fact) {
  if (holds_alternative<JournalRecorded>(fact.event)) return fact.sequence;
  return visit(
      [](const auto& e) -> Sequence {
        if constexpr (requires { e.journal; }) return e.journal;
        return 0;
      },
      fact.event);
}

std::string_view name_of_event(const MemberEvent& event) {
  return visit([](const auto& e) { return e.name; }, event);
}

ExplainedFact consequence(const MemberFact& fact, const Catalogue& then) {
  ExplainedFact line{fact.sequence, name_of_event(fact.event), {}, std::nullopt};
  visit(
      [&](const auto& e) {
        if constexpr (requires { e.currency; }) line.currency = then.text(e.currency);
        if constexpr (requires { e.points; }) line.points = e.points;
      },
      fact.event);
  return line;
}

std::vector<ExplainedRule> explain_rules(const Catalogue& then, const Member& member,
                                         const JournalRecorded& activity) {
  std::vector<ExplainedRule> lines;
  const Deed deed = deed_of(activity);
  const auto applied = accruals(then, member, deed);
  const Partner* partner = then.partner(activity.partner);
  const PartnerProduct* product = partner ? partner->product(activity.product) : nullptr;
  const bool earns = product == nullptr || product->earn;
  for (const auto& rule : then.rules) {
    ExplainedRule line{.rule = then.text(rule.id),
                       .name = rule.name,
                       .applied = false,
                       .unmet = earns ? unmet(rule.when, deed, member) : "product.earn",
                       .currency = then.text(rule.currency),
                       .base = measured(rule.measure, deed),
                       .rate = rule.rate_text,
                       .multiplier = {},
                       .rounding = rule.rounding,
                       .full = {},
                       .cut = {},
                       .points = {},
                       .crediting = rule.crediting};
    line.applied = line.unmet.empty();
    if (applied && line.applied) {
      const auto accrual = std::ranges::find(*applied, &rule, &Accrual::rule);
      if (accrual != applied->end()) {
        line.multiplier = accrual->multiplier_text();
        line.full = accrual->full;
        line.points = accrual->points;
        line.cut = accrual->full - accrual->points;
      }
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string_view why_not(const Promotion& promotion, const Member& member, const Deed& activity) {
  if (activity.day < promotion.starts) return "NOT_STARTED";
  if (activity.day >= promotion.ends) return "ENDED";
  if (const auto part = unmet(promotion.when, activity, member); !part.empty()) return part;
  const Participation* part = member.participation(promotion.id);
  const bool enrolled = part != nullptr && part->enrolled;
  if ((part != nullptr && part->left) || (promotion.enrollment_required && !enrolled)) {
    return "NOT_ENROLLED";
  }
  if (part == nullptr) return {};
  return part->finished ? "COMPLETED" : streak_reason(promotion, *part, activity.day);
}

std::vector<ExplainedPromotion> explain_promotions(const Catalogue& then, const Member& member,
                                                   const JournalRecorded& activity) {
  std::vector<ExplainedPromotion> lines;
  const Deed deed = deed_of(activity);
  for (const auto& promotion : then.promotions) {
    const std::string_view reason = why_not(promotion, member, deed);
    lines.push_back(
        {then.text(promotion.id), reason.empty(), reason, measured(promotion.measure, deed)});
  }
  return lines;
}

/// "purchase of 2026-03-10, 79.99: shoe-purchase 79 x 1 = 79 regular-points".
std::string sentence(const ExplainResult& result) {
  std::string text = result.journal == 0
                         ? "nobody asked for it: its time had come"
                         : result.type + ", journal " + std::to_string(result.journal);
  for (const auto& rule : result.rules) {
    if (!rule.applied) continue;
    text += "; " + std::string(rule.rule) + ": " + std::to_string(rule.base) + " x " + rule.rate +
            " x " + rule.multiplier + " = " + std::to_string(rule.full.value) + " " +
            std::string(rule.currency);
    if (rule.cut > Points{0}) text += ", " + std::to_string(rule.cut.value) + " cut by caps";
  }
  for (const auto& fact : result.consequences) {
    if (!fact.points) continue;
    text += "; " + std::string(fact.event) + " " + std::to_string(fact.points->value) + " " +
            std::string(fact.currency);
  }
  return text;
}

}  // namespace

Expected<ExplainResult, Refusal> explain(const Explain& query, std::string_view member,
                                         std::span<const MemberFact> history,
                                         const Catalogue& present,
                                         const CatalogueVersions* versions) {
  if (query.sequence < 1 || static_cast<std::uint64_t>(query.sequence) > history.size()) {
    return Unexpected{Refusal{RefusalCode::unknown_journal, "sequence",
                              "the member has facts 1 to " + std::to_string(history.size())}};
  }
  const MemberFact& asked = history[static_cast<std::size_t>(query.sequence) - 1];
  const Catalogue* known = versions ? versions->find(asked.version) : nullptr;
  const Catalogue& then = known ? *known : present;
  ExplainResult result;
  result.sequence = asked.sequence;
  result.event = name_of_event(asked.event);
  result.at = asked.at;
  result.version = asked.version;
  result.journal = journal_of(asked);

  Member before;
  before.id = member;
  for (const auto& fact : history) {
    if (fact.sequence == result.journal) {
      const auto* activity = get_if<JournalRecorded>(&fact.event);
      if (activity != nullptr) {
        const Catalogue* made = versions ? versions->find(fact.version) : nullptr;
        const Catalogue& rules = made ? *made : present;
        result.type = activity->type;
        result.reference = activity->reference;
        result.eligible_amount = activity->eligible_amount.value;
        result.units = activity->units;
        result.activity_day = activity->day;
        for (const auto& standing : before.tiers) result.tiers.push_back(rules.text(standing.tier));
        result.rules = explain_rules(rules, before, *activity);
        result.promotions = explain_promotions(rules, before, *activity);
      }
    }
    if (result.journal != 0 && fact.sequence != result.journal &&
        journal_of(fact) == result.journal) {
      result.consequences.push_back(consequence(fact, then));
    }
    evolve(before, fact.at, fact.event);
  }
  if (result.journal == 0) result.consequences.push_back(consequence(asked, then));
  result.text = sentence(result);
  return result;
}

}  // namespace loyalty::domain
