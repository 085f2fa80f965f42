// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/entity.hpp"
#include "domain/partner/commands.hpp"
#include "domain/partner/queries.hpp"

namespace loyalty::actors {

/// A partner: books what shards send, each message once, closes statements, records payments, and
/// tells positions.
class PartnerEntity final : public Entity {
 public:
  explicit PartnerEntity(const std::string& key);

  std::uint64_t sequence() const override { return ledger_.sequence; }

 protected:
  void execute(Work& work) override;
  void answer_with_history(Work& work, std::span<const RecordView> history) override;
  bool replay_facts(const RecordView& record) override;
  void write_state(codec::Writer& out) const override;
  bool read_state(codec::Reader& in) override;

 private:
  void book(Work& work, const OutboxMessage& message);
  /// Grants a shard a portion of what a pre-paid partner has bought.
  void grant(Work& work, const BudgetAsk& ask);
  void command(Work& work, const domain::PartnerCommand& command);
  void query(Work& work, const domain::PartnerLedger& ledger,
             std::span<const domain::PartnerEvent> history);

  domain::PartnerLedger ledger_;
};

}  // namespace loyalty::actors
