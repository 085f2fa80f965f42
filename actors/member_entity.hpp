// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/entity.hpp"
#include "domain/member/execute.hpp"

namespace loyalty::actors {

/// A member: commands, queries and wake-ups.
class MemberEntity final : public Entity {
 public:
  explicit MemberEntity(const std::string& key);

  void prefetch() const override;
  void prefetch_parts() const override;
  void prefetch_parts_of_parts() const override;
  std::uint64_t sequence() const override { return member_.sequence; }
  const domain::Member& member() const { return member_; }

 protected:
  void execute(Work& work) override;
  void answer_with_history(Work& work, std::span<const RecordView> history) override;
  bool replay_facts(const RecordView& record) override;
  void write_state(codec::Writer& out) const override;
  bool read_state(codec::Reader& in) override;

 private:
  void command(Work& work, const domain::MemberCommand& command);
  /// Executes with what is reserved of budgets; nullopt, and nothing has changed, when more is to
  /// be reserved first (`needs_budget`).
  std::optional<domain::MemberOutcome> execute_within_budgets(Work& work,
                                                              const domain::MemberCommand& command,
                                                              domain::MemberContext context);
  /// Answers as if it were done: the same code on a copy, of which nothing is kept.
  void quote(Work& work, const domain::MemberCommand& command) const;
  static domain::MemberContext context_of(const Work& work,
                                          std::span<const domain::MemberFact> past);
  /// All facts so far, for a command that looks back.
  static std::vector<domain::MemberFact> past_for(const Work& work,
                                                  const domain::MemberCommand& command);
  void query(Work& work, const domain::MemberQuery& query,
             std::span<const domain::MemberFact> history);
  /// Takes what other members have sent, each message once.
  void take(Work& work, const OutboxMessage& message);
  /// Does what is due before a query, so that it sees the present.
  void settle_first(Work& work);

  domain::Member member_;
};

/// The facts of a member's records, oldest first. Stops at a record that cannot be read.
std::vector<domain::MemberFact> member_facts(std::span<const RecordView> history);

}  // namespace loyalty::actors
