// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "domain/expected.hpp"
#include "domain/member/sharing_commands.hpp"
#include "domain/member/turn.hpp"
#include "domain/refusal.hpp"

/// Points that go from one member to another (domain.md F23, F62). The two are different actors:
/// the sender states what leaves, and what arrives is made of the delivery alone.
namespace loyalty::domain {

/// Whether a member can be given something; it was asked just before (`MemberContext::peer`).
std::optional<Refusal> check_peer(const MemberTurn& turn, const std::string& peer,
                                  const char* param);

/// Decides the sender's side, states it and sends the delivery; returns the fact's sequence. Only
/// what is there can be sent: neither held points nor points in escrow, nor below zero. Qualifying
/// points cannot be.
Expected<Sequence, Refusal> send_points(MemberTurn& turn, const TransferPoints& command);

/// What the other member states: one fact for each credit, since a credit is named by its fact.
/// They keep their expiry, the day on which they were earned, subtype and issuer.
std::vector<PointsReceived> receipts(const MemberDelivery& delivery);

/// States what has arrived: arrears are paid from it, and what has expired meanwhile expires at the
/// next settling.
void receive(MemberTurn& turn, const MemberDelivery& delivery);

/// Sends to the member's groups their share of a credit that has just been made, rounded down.
void share_with_groups(MemberTurn& turn, CurrencyId currency, Sequence credit);

/// Sends all that is available, qualifying points and open vouchers to the member that goes on.
void move_everything(MemberTurn& turn, const std::string& to);

}  // namespace loyalty::domain
