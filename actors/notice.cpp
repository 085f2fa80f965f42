// SPDX-License-Identifier: Apache-2.0
#include "actors/notice.hpp"

#include <algorithm>

#include "actors/entity_key.hpp"
#include "codec/readable.hpp"
#include "domain/budget/promotion_budget.hpp"
#include "domain/member/events.hpp"
#include "domain/member/views.hpp"
#include "domain/partner/partner.hpp"

namespace loyalty::actors {
namespace {

using domain::Catalogue;

std::string text_of(const domain::ProgressUpdated& e, const Catalogue& catalogue) {
  const auto* promotion = catalogue.promotion(e.promotion);
  return promotion ? domain::progress_text(*promotion, e.completed) : std::string();
}
std::string text_of(const domain::MilestoneReached& e, const Catalogue& catalogue) {
  const auto* promotion = catalogue.promotion(e.promotion);
  if (promotion == nullptr) return {};
  const std::string mark = domain::amount_text(*promotion, e.mark);
  switch (e.kind) {
    case domain::MilestoneKind::percent: return "You're " + std::to_string(e.mark) + " % there";
    case domain::MilestoneKind::remaining: return "You're just " + mark + " away";
    case domain::MilestoneKind::value: return mark + " reached";
  }
  return {};
}
std::string text_of(const domain::RewardNear& e, const Catalogue& catalogue) {
  const auto* offer = catalogue.offer(catalogue.text(e.offer));
  const std::string what = offer ? offer->name : std::string(catalogue.text(e.offer));
  return "Only " + std::to_string(e.missing.value) + " points to " + what;
}
std::string text_of(const domain::RewardReachable& e, const Catalogue& catalogue) {
  const auto* offer = catalogue.offer(catalogue.text(e.offer));
  return (offer ? offer->name : std::string(catalogue.text(e.offer))) + " is within reach";
}
std::string text_of(const domain::PromotionCompleted& e, const Catalogue& catalogue) {
  const auto* promotion = catalogue.promotion(e.promotion);
  return (promotion ? promotion->name : std::string(catalogue.text(e.promotion))) + " completed";
}
std::string text_of(const domain::PointsCredited& e, const Catalogue& catalogue) {
  return "+" + std::to_string(e.points.value) + " " + std::string(catalogue.text(e.currency));
}
std::string text_of(const domain::PointsDebited& e, const Catalogue& catalogue) {
  return "-" + std::to_string(e.points.value) + " " + std::string(catalogue.text(e.currency));
}
std::string text_of(const domain::PointsExpired& e, const Catalogue& catalogue) {
  return std::to_string(e.points.value) + " " + std::string(catalogue.text(e.currency)) +
         " expired";
}
std::string text_of(const domain::TierUpgraded& e, const Catalogue& catalogue) {
  return "Welcome to " + std::string(catalogue.text(e.to));
}
std::string text_of(const domain::PartnerEntriesBooked& e, const Catalogue&) {
  return std::to_string(e.entries.size()) + (e.entries.size() == 1 ? " entry" : " entries");
}
std::string text_of(const domain::PartnerStatementClosed& e, const Catalogue&) {
  return "Statement of " + domain::month_name(e.month) + " closed";
}
std::string text_of(const domain::PartnerBalanceLow& e, const Catalogue&) {
  return "Only " + std::to_string(e.left) + " points left of the pack";
}
std::string text_of(const auto&, const Catalogue&) { return {}; }

/// What a notice tells beside the fact's own fields.
void more_of(const domain::ProgressUpdated& e, auto tell) {  // S64
  if (e.target <= 0) return;
  tell("remaining", e.target - e.completed);
  tell("percent", 100 * e.completed / e.target);
}
void more_of(const domain::PartnerEntriesBooked& e, auto tell) {
  domain::Money net;
  for (const auto& entry : e.entries) net += entry.money;
  tell("net", net.value);
}
void more_of(const domain::PartnerStatementClosed& e, auto tell) {
  tell("period", std::string_view(domain::month_name(e.month)));
}
void more_of(const domain::BudgetUsed& e, auto tell) {
  domain::Quantities used;
  for (const auto& use : e.uses) used += use.quantities;
  tell("points", used.points);
  tell("rewards", used.rewards);
  tell("vouchers", used.vouchers);
  tell("liability", used.liability);
}
void more_of(const auto&, auto) {}

/// The parameter that names an entity of this type.
std::string_view param_of(EntityType type) {
  if (type == EntityType::partner) return "partner";
  return type == EntityType::budget ? "promotion" : "member";
}

/// The facts of one record, of whatever kind of entity.
class Reading {
 public:
  Reading(const RecordView& record, std::uint64_t after, const std::vector<std::string>& wanted,
          const Catalogue& catalogue)
      : record_(record), after_(after), wanted_(wanted), catalogue_(catalogue) {}

  template <class Event>
  Stated of() && {
    std::uint64_t sequence = record_.first_sequence;
    decode_facts<Event>(record_, [&](domain::Instant at, const Event& event) {
      result_.last = sequence++;
      if (result_.last <= after_) return;
      visit([&](const auto& e) { take(at, e); }, event);
    });
    return std::move(result_);
  }

 private:
  void take(domain::Instant at, const auto& event) {
    if (!wanted_.empty() && std::ranges::find(wanted_, event.name) == wanted_.end()) return;
    codec::Writer out;
    codec::ReadableWriter writer(out, catalogue_.symbols);
    const std::string text = text_of(event, catalogue_);
    std::size_t fields = 5 + codec::ReadableWriter::count(event) + (text.empty() ? 0 : 1);
    more_of(event, [&](std::string_view, const auto&) { ++fields; });
    out.map(fields);
    out.string("program");
    out.string(program_of(record_.entity));
    out.string(param_of(type_of(record_.entity)));
    out.string(id_of(record_.entity));
    out.string("sequence");
    out.unsigned_integer(result_.last);
    out.string("at");
    out.integer(at.ms);
    out.string("event");
    out.string(event.name);
    if (!text.empty()) {
      out.string("text");
      out.string(text);
    }
    more_of(event, [&](std::string_view name, const auto& value) {
      out.string(name);
      if constexpr (std::is_integral_v<std::remove_cvref_t<decltype(value)>>) {
        out.integer(value);
      } else {
        out.string(value);
      }
    });
    writer.fields(event);
    result_.notices.push_back({event.name, out.take()});
  }

  const RecordView& record_;
  std::uint64_t after_;
  const std::vector<std::string>& wanted_;
  const Catalogue& catalogue_;
  Stated result_;
};

}  // namespace

Stated notices_of(const RecordView& record, std::uint64_t after,
                  const std::vector<std::string>& wanted, const Catalogue& catalogue) {
  Reading reading(record, after, wanted, catalogue);
  switch (type_of(record.entity)) {
    case EntityType::member: return std::move(reading).of<domain::MemberEvent>();
    case EntityType::partner: return std::move(reading).of<domain::PartnerEvent>();
    case EntityType::budget: return std::move(reading).of<domain::BudgetEvent>();
    case EntityType::program:
    case EntityType::outbox:
    case EntityType::report: break;
  }
  return {};
}

}  // namespace loyalty::actors
