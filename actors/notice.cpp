// SPDX-License-Identifier: Apache-2.0
#include "actors/notice.hpp"

#include "codec/readable.hpp"
#include "domain/member/views.hpp"

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
std::string text_of(const auto&, const Catalogue&) { return {}; }

/// What a progress notice tells beside the fact's own fields (S64).
struct Derived {
  std::int64_t remaining = 0;
  std::int64_t percent = 0;
};
std::optional<Derived> derived(const domain::ProgressUpdated& e) {
  if (e.target <= 0) return std::nullopt;
  return Derived{e.target - e.completed, 100 * e.completed / e.target};
}
std::optional<Derived> derived(const auto&) { return std::nullopt; }

}  // namespace

std::string_view event_name(const domain::MemberEvent& event) {
  return std::visit([](const auto& e) { return e.name; }, event);
}

api::Notice make_notice(const domain::MemberFact& fact, std::string_view member,
                        const Catalogue& catalogue) {
  codec::Writer out;
  codec::ReadableWriter writer(out, catalogue.symbols);
  std::visit(
      [&](const auto& event) {
        const std::string text = text_of(event, catalogue);
        const auto extra = derived(event);
        out.map(5 + codec::ReadableWriter::count(event) + (text.empty() ? 0 : 1) + (extra ? 2 : 0));
        out.string("program");
        out.string(catalogue.id);
        out.string("member");
        out.string(member);
        out.string("sequence");
        out.unsigned_integer(fact.sequence);
        out.string("at");
        out.integer(fact.at.ms);
        out.string("event");
        out.string(event.name);
        if (!text.empty()) {
          out.string("text");
          out.string(text);
        }
        if (extra) {
          out.string("remaining");
          out.integer(extra->remaining);
          out.string("percent");
          out.integer(extra->percent);
        }
        writer.fields(event);
      },
      fact.event);
  return {event_name(fact.event), out.take()};
}

}  // namespace loyalty::actors
