// SPDX-License-Identifier: Apache-2.0
#include "domain/member/activity.hpp"
#include "domain/member/benefits.hpp"
#include "domain/member/commands/decide.hpp"
#include "domain/member/views.hpp"

/// Commands by which members earn: enrolment, purchase, review, any other activity.
namespace loyalty::domain {
namespace {

Decision record_and_answer(MemberTurn& turn, const RecordActivity& input) {
  const auto activity = checked_activity(turn, input);
  if (!activity) return Unexpected{activity.error()};
  const auto journal = record(turn, *activity);
  if (!journal) return Unexpected{journal.error()};
  return Answer([id = *journal](const MemberTurn& t, std::size_t first) {
    return activity_result(t, first, id);
  });
}

}  // namespace

Decision decide(const EnrollMember& command, MemberTurn& turn) {
  if (turn.member().exists) {
    return refuse(RefusalCode::member_exists, "member", "the member is already enrolled");
  }
  const Instant at = command.at.value_or(turn.at());
  if (at > turn.at()) {
    return refuse(RefusalCode::invalid_param, "at", "expected an instant that is not in the future");
  }
  const LocalDay day = turn.zone().day_of(at);
  MemberEnrolled enrolled{.at = at, .day = day, .tiers = {}};
  for (const auto& group : turn.catalogue().tier_groups) {
    if (!group.tiers.empty() && group.tiers.front().base) {
      enrolled.tiers.push_back({group.id, group.tiers.front().id});
    }
  }
  // Enrolment is itself an activity that may earn (S52). A new member refuses none of it, since
  // its amount is 0; so the facts below all follow.
  turn.state(enrolled);
  update_benefits(turn);
  RecordActivity input;
  input.type = "enrollment";
  input.at = at;
  input.channel = command.channel.substr(0, 64);
  return record_and_answer(turn, input);
}

Decision decide(const Purchase& command, MemberTurn& turn) {
  if (!command.money.empty() && command.money != turn.catalogue().money) {
    return refuse(RefusalCode::invalid_param, "money",
                  "expected the program's money, " + turn.catalogue().money);
  }
  return record_and_answer(turn, {.type = "purchase",
                                  .subtype = command.subtype,
                                  .at = command.at,
                                  .amount = command.amount,
                                  .eligible_amount = command.eligible_amount,
                                  .units = command.units,
                                  .category = command.category,
                                  .product = command.product,
                                  .partner = command.partner,
                                  .channel = command.channel,
                                  .reference = command.reference});
}

Decision decide(const Review& command, MemberTurn& turn) {
  return record_and_answer(turn, {.type = "review",
                                  .subtype = command.subtype,
                                  .at = command.at,
                                  .amount = 0,
                                  .eligible_amount = std::nullopt,
                                  .units = 1,
                                  .category = command.category,
                                  .product = command.product,
                                  .partner = command.partner,
                                  .channel = command.channel,
                                  .reference = command.reference});
}

Decision decide(const RecordActivity& command, MemberTurn& turn) {
  if (command.type == "enrollment") {
    return refuse(RefusalCode::invalid_param, "type", "enrolment is recorded by enroll_member");
  }
  return record_and_answer(turn, command);
}

}  // namespace loyalty::domain
