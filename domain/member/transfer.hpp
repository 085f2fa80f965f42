// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "domain/expected.hpp"
#include "domain/member/commands.hpp"
#include "domain/member/turn.hpp"
#include "domain/refusal.hpp"

/// Points that go from one member to another (domain.md F23). The two are different actors: the
/// sender states what leaves, and what arrives is made of it alone.
namespace loyalty::domain {

/// What has left a member.
struct SentPoints {
  Sequence sent = 0;  ///< of the PointsSent
  CurrencyId currency;
  std::vector<Lot> lots;  ///< each with the points that were taken
};

/// Decides and states the sender's side. Only what is there can be sent: neither held points nor
/// points in escrow, nor below zero. Qualifying points cannot be.
Expected<SentPoints, Refusal> send_points(MemberTurn& turn, const TransferPoints& command);

/// What the other member states: one fact for each credit, since a credit is named by its fact.
/// They keep their expiry, the day on which they were earned, subtype and issuer.
std::vector<PointsReceived> receipts(const SentPoints& sent, const std::string& from,
                                     bool returned = false);

/// States a receipt; arrears are paid from it, and what has expired meanwhile expires at the next
/// settling.
void receive_points(MemberTurn& turn, const PointsReceived& receipt);

}  // namespace loyalty::domain
