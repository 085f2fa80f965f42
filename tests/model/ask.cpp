// SPDX-License-Identifier: Apache-2.0
#include "tests/model/ask.hpp"

namespace loyalty::model {

namespace {

std::string money(std::int64_t cents) {
  const std::int64_t part = cents % 100;
  return std::to_string(cents / 100) + (part < 10 ? ".0" : ".") + std::to_string(part);
}

std::string nth(const std::optional<std::size_t>& target) {
  return target ? "no. " + std::to_string(*target + 1) : "that is not there";
}

}  // namespace

std::string Ask::words() const {
  const std::string n = std::to_string(quantity);
  const std::string of_currency =
      n + " " + subtype_names[subtype] + (subtype == plain ? "" : " ") + currency_names[currency];
  switch (deed) {
    case Deed::wait: return "nothing";
    case Deed::purchase:
      return "purchase of " + money(amount) + ", " + std::to_string(units) + " pieces" +
             (shoes ? ", shoes" : "") + (at_partner ? ", at the hotel" : "");
    case Deed::review: return "review";
    case Deed::training: return "training of " + std::to_string(units) + " units";
    case Deed::redeem: return "redeem " + n + " x " + offer;
    case Deed::debit: return "debit " + of_currency;
    case Deed::hold:
      return "hold " + (offer.empty() ? of_currency : n + " x " + offer) + " for " +
             std::to_string(ttl / 60'000) + " minutes";
    case Deed::capture: return "capture hold " + nth(target);
    case Deed::release: return "release hold " + nth(target);
    case Deed::cancel: return "cancel redemption " + nth(target) + (by_staff ? ", by staff" : "");
    case Deed::bring_back:
      return "return activity " + nth(target) + (kept ? ", " + money(*kept) + " is kept" : "");
    case Deed::adjust: return "adjust by " + of_currency;
    case Deed::credit: return "credit " + of_currency;
    case Deed::progress: return "progress by hand of " + n;
    case Deed::release_escrow: return "release the escrow of activity " + nth(target);
    case Deed::run_batch: return "batch run";
  }
  return {};
}

}  // namespace loyalty::model
