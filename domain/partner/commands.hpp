// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/expected.hpp"
#include "domain/partner/partner.hpp"
#include "domain/program/catalogue.hpp"
#include "domain/refusal.hpp"

/// What can be done with a partner's ledger, apart from booking what members cause.
namespace loyalty::domain {

/// Makes the statement of a month final, and of the open months before it.
struct ClosePartnerPeriod {
  static constexpr std::string_view name = "close_partner_period";
  std::string period;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(required("period", "local calendar month that is over, YYYY-MM"), self.period);
    visit(defaulted("actor", "who closes it"), self.actor);
  }
};

/// Money that changed hands: it reduces what is outstanding (domain.md F50).
struct RecordPartnerPayment {
  static constexpr std::string_view name = "record_partner_payment";
  std::int64_t amount = 0;
  std::string reference;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(required("amount", "minor units; positive: paid by the partner, negative: paid to it"),
          self.amount);
    visit(defaulted("reference", "such as the number of the transfer"), self.reference);
    visit(defaulted("actor", "who records it"), self.actor);
  }
};

/// Points that a pre-paid partner has bought: what members earn there is taken from them (F51).
struct AddPartnerPack {
  static constexpr std::string_view name = "add_partner_pack";
  std::int64_t points = 0;
  std::string reference;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(required("points", "partner points; negative: a correction"), self.points);
    visit(defaulted("reference", "such as the number of the invoice"), self.reference);
    visit(defaulted("actor", "who records it"), self.actor);
  }
};

using PartnerCommand =
    boost::variant2::variant<ClosePartnerPeriod, RecordPartnerPayment, AddPartnerPack>;

/// The answer to commands on a partner.
struct PartnerResult {
  std::string partner;
  std::vector<std::string> closed;
  Money billed;
  Money paid;
  Money outstanding;
  std::int64_t pack_left = 0;

  static void fields(auto& self, auto visit) {
    visit(required("partner", "partner"), self.partner);
    visit(required("closed", "months whose statements were closed by it, YYYY-MM"), self.closed);
    visit(required("billed", "net of all closed statements, minor units"), self.billed);
    visit(required("paid", "by the partner, less what was paid to it"), self.paid);
    visit(required("outstanding", "billed - paid; positive: the partner still pays"),
          self.outstanding);
    visit(required("pack_left", "pre-paid: partner points left"), self.pack_left);
  }
};

struct PartnerOutcome {
  Expected<PartnerResult, Refusal> result;
  std::vector<PartnerEvent> events;
};

/// Decides and applies a command, like its counterpart for members.
PartnerOutcome execute(PartnerLedger& ledger, const PartnerCommand& command,
                       const Catalogue& catalogue, Instant now);

}  // namespace loyalty::domain
