// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actors/entity.hpp"
#include "actors/record.hpp"
#include "domain/partner/entry.hpp"
#include "domain/program/catalogue.hpp"

/// The lines of an export, each one MessagePack map (docs/audit.md). They hold nothing that depends
/// on the store: no positions, epochs, shards, nor when something was booked or snapshotted.
namespace loyalty::audit {

inline constexpr std::string_view export_format = "loyalty-export";
inline constexpr std::uint64_t export_version = 1;

std::string header_line();

/// A program or member as it is now; "" when its state cannot be read.
std::string state_line(const actors::Entity& entity, const domain::Symbols& symbols);

/// One record of a program or member; "" when it cannot be read. `decided_with`: as for
/// actors::wire_result.
std::string record_line(std::string_view entity, const actors::RecordView& record,
                        const domain::Symbols& symbols, const domain::Catalogue* decided_with);

/// What a partner's facts add up to, and the entries among them.
struct PartnerAccount {
  domain::PartnerLedger ledger;
  std::vector<domain::PartnerEntry> entries;

  void take(domain::Instant at, const domain::PartnerEvent& event);
};

/// A partner: its sums, statements and payments, then each entry. In which order shards told the
/// partner of them says nothing, so they are put in order by member and fact.
std::vector<std::string> partner_lines(std::string_view entity, PartnerAccount account,
                                       const domain::Symbols& symbols);

}  // namespace loyalty::audit
