// SPDX-License-Identifier: Apache-2.0
#include "domain/invariant.hpp"
#include "domain/member/activity.hpp"
#include "domain/member/benefits.hpp"
#include "domain/member/commands/decide.hpp"
#include "domain/member/views.hpp"

/// Commands by which members earn: enrolment, purchase, review, any other activity.
namespace loyalty::domain {
namespace {

Answer answer_for(Sequence journal) {
  return [journal](MemberTurn& turn, std::size_t first) {
    return activity_result(turn, first, journal);
  };
}

Decision record_and_answer(MemberTurn& turn, const ReportedActivity& input) {
  auto journal = record(turn, input);
  if (!journal) return Unexpected{std::move(journal.error())};
  return answer_for(*journal);
}

/// Makes the member and records the enrolment.
Expected<Sequence, Refusal> enroll(MemberTurn& turn, Instant at, const std::string& channel) {
  MemberEnrolled enrolled{.at = at, .day = turn.zone().day_of(at), .tiers = {}};
  for (const auto& group : turn.catalogue().tier_groups) {
    if (!group.tiers.empty() && group.tiers.front().base) {
      enrolled.tiers.push_back({group.id, group.tiers.front().id});
    }
  }
  turn.state(enrolled);
  update_benefits(turn);
  return record(turn, {.type = "enrollment", .channel = channel, .at = at});
}

}  // namespace

Decision decide(const EnrollMember& command, MemberTurn& turn) {
  if (turn.member().exists) {
    return refuse(RefusalCode::member_exists, "member", "the member is already enrolled");
  }
  const Instant at = command.at.value_or(turn.at());
  if (at > turn.at()) {
    return refuse(RefusalCode::invalid_param, "at",
                  "expected an instant that is not in the future");
  }
  // Enrolment is itself an activity that may earn (S52), decided on the member that it makes: it
  // is rehearsed, so that a refusal comes before the first fact.
  Member rehearsed = turn.member();
  MemberTurn rehearsal(rehearsed, turn.context());
  if (const auto journal = enroll(rehearsal, at, command.channel); !journal) {
    return Unexpected{journal.error()};
  }
  const auto journal = enroll(turn, at, command.channel);
  invariant(static_cast<bool>(journal), "what a rehearsal accepted is not refused");
  return answer_for(*journal);
}

Decision decide(const Purchase& command, MemberTurn& turn) {
  if (!command.money.empty() && command.money != turn.catalogue().money) {
    return refuse(RefusalCode::invalid_param, "money",
                  "expected the program's money, " + turn.catalogue().money);
  }
  return record_and_answer(turn, {.type = "purchase",
                                  .subtype = command.subtype,
                                  .category = command.category,
                                  .product = command.product,
                                  .partner = command.partner,
                                  .channel = command.channel,
                                  .reference = command.reference,
                                  .at = command.at,
                                  .amount = command.amount,
                                  .eligible_amount = command.eligible_amount,
                                  .units = command.units});
}

Decision decide(const Review& command, MemberTurn& turn) {
  return record_and_answer(turn, {.type = "review",
                                  .subtype = command.subtype,
                                  .category = command.category,
                                  .product = command.product,
                                  .partner = command.partner,
                                  .channel = command.channel,
                                  .reference = command.reference,
                                  .at = command.at});
}

Decision decide(const RecordActivity& command, MemberTurn& turn) {
  if (command.type == "enrollment") {
    return refuse(RefusalCode::invalid_param, "type", "enrolment is recorded by enroll_member");
  }
  return record_and_answer(turn, {.type = command.type,
                                  .subtype = command.subtype,
                                  .category = command.category,
                                  .product = command.product,
                                  .partner = command.partner,
                                  .channel = command.channel,
                                  .reference = command.reference,
                                  .at = command.at,
                                  .amount = command.amount,
                                  .eligible_amount = command.eligible_amount,
                                  .units = command.units});
}

}  // namespace loyalty::domain
