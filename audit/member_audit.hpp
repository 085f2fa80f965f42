// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "actors/member_entity.hpp"
#include "actors/report_scan.hpp"
#include "audit/entity_audit.hpp"
#include "audit/lot_book.hpp"
#include "domain/ledger/ledger.hpp"

namespace loyalty::audit {

/// Books a member's facts a second time, and compares.
class MemberAudit final : public EntityAudit {
 public:
  MemberAudit(const actors::MemberEntity& state, AuditContext context);

  void before(const actors::RecordView& record, const Place& place) override;
  void after(const actors::RecordView& record, const Place& place) override;
  void check_snapshot(const actors::Entity& snapshot, const Place& place) override;
  void finish(const Place& place) override;

 private:
  struct Facts;  // takes them one by one

  struct OpenVoucher {
    domain::Money remaining;
    domain::Instant expires;
  };

  void check_version(const actors::RecordView& record, const Place& place) const;
  /// Nothing that was due by the time of the record is left undone.
  void check_due(const actors::RecordView& record, const Place& place) const;
  void check(const domain::MemberEvent& event, domain::Instant at, domain::Instant newest,
             const Place& place);
  /// Adds a transfer to the member's account and to the trial balance.
  void post(const domain::Transfer& transfer, bool told_by_sender);
  void check_owed(const actors::RecordView& record, const Place& place);
  /// When a balance of this currency lapses for want of activity; `never` when it does not.
  domain::Instant lapse(domain::CurrencyId currency) const;

  const actors::MemberEntity& state_;
  AuditContext context_;
  const KnownProgram* program_ = nullptr;
  const domain::Catalogue* catalogue_ = nullptr;  ///< of the record at hand

  LotBook lots_;
  actors::MemberCounter counter_;                        ///< for reports
  std::map<domain::CurrencyId, domain::Points> ledger_;  ///< the member's account
  std::map<domain::Sequence, domain::PointsScheduled> scheduled_;
  std::map<domain::Sequence, OpenVoucher> vouchers_;
  domain::LocalDay last_activity_;
  domain::Instant last_fact_;
  domain::Sequence sequence_ = 0;

  // Of the record at hand:
  bool accepted_ = false;  ///< something was asked for, and not refused
  bool leaves_ = false;    ///< with it the membership ends
  std::vector<domain::Sequence> journals_;
  std::vector<std::pair<domain::Sequence, domain::PartnerLiabilityArisen>> liabilities_;
  std::vector<domain::Instant> liability_times_;
  std::vector<std::tuple<domain::Sequence, std::string, domain::Points>> sent_;
};

}  // namespace loyalty::audit
