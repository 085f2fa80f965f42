// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "domain/program/validation/bounds.hpp"

/// Points: expiry, escrow, negative limits, subtypes (domain.md F2, F4, F11-F20).
namespace loyalty::domain::validation {
namespace {

constexpr std::int32_t longest_escrow_days = 3'660;

class CurrencyCheck {
 public:
  CurrencyCheck(Check& check, std::string path, const CurrencyDefinition& currency)
      : check_(check), path_(std::move(path)), currency_(currency) {}

  void run() {
    check_bounds(check_, path_, currency_);
    if (currency_.kind == CurrencyKind::qualifying) {
      has_no_expiry();
      if (!currency_.negative_limits.empty()) {
        report("negative_limits",
               "qualifying points are never spent, so there is nothing that could go below zero");
      }
    } else {
      has_a_whole_expiry();
    }
    if (currency_.escrow_days < 0 || currency_.escrow_days > longest_escrow_days) {
      report("escrow_days", "is " + std::to_string(currency_.escrow_days) + "; expected 0 to " +
                                std::to_string(longest_escrow_days) + " days");
    }
    by_tier("extensions", currency_.extensions);
    by_tier("reinstatements", currency_.reinstatements);
    by_tier("negative_limits", currency_.negative_limits);
    subtypes();
    check_.not_negative(path_ + ".cost_per_point", currency_.cost_per_point);
  }

 private:
  void report(const std::string& field, std::string message,
              RefusalCode code = RefusalCode::invalid_definition) {
    check_.report(path_ + "." + field, std::move(message), code);
  }

  void has_no_expiry() {
    const auto refuse = [&](const std::string& field) {
      report(field, "a qualifying currency cannot expire; it is reset with its tier group's period",
             RefusalCode::expiry_not_allowed);
    };
    if (currency_.expiry != ExpiryModel::none) {
      refuse("expiry");
    } else if (currency_.expiry_period) {
      refuse("expiry_period");
    } else if (currency_.expiry_from != ExpiryStart::activity) {
      refuse("expiry_from");
    } else if (currency_.expiry_rounding != ExpiryRounding::none) {
      refuse("expiry_rounding");
    }
    if (!currency_.extensions.empty()) refuse("extensions");
    if (!currency_.reinstatements.empty()) refuse("reinstatements");
  }

  void has_a_whole_expiry() {
    const bool expires = currency_.expiry != ExpiryModel::none;
    const bool fixed = currency_.expiry == ExpiryModel::fixed;
    if (expires && !currency_.expiry_period) {
      report("expiry_period", "expiry " + std::string(name_of(currency_.expiry)) +
                                  " needs a period, such as expiry_period = \"3 years\"");
    } else if (!expires && currency_.expiry_period) {
      report("expiry_period", "has no effect without expiry = \"fixed\" or expiry = \"activity\"");
    }
    if (!fixed && currency_.expiry_from != ExpiryStart::activity) {
      report("expiry_from", "has no effect without expiry = \"fixed\"");
    }
    if (!fixed && currency_.expiry_rounding != ExpiryRounding::none) {
      report("expiry_rounding", "has no effect without expiry = \"fixed\"");
    }
    if (!fixed && !currency_.extensions.empty()) {
      report("extensions", "have no effect without expiry = \"fixed\"");
    }
    if (!expires && !currency_.reinstatements.empty()) {
      report("reinstatements", "have no effect: points of this currency never expire");
    }
  }

  template <class T>
  void by_tier(const std::string& list, const std::vector<T>& items) {
    Check::Seen tiers;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::string where = element(path_ + "." + list, i);
      check_bounds(check_, where, items[i]);
      check_.reference(where + ".tier", items[i].tier, check_.tiers);
      if (!tiers.insert(items[i].tier).second) {
        check_.report(where + ".tier", in_quotes(items[i].tier) + " is already listed here");
      }
      T::fields(items[i], [&](const Field& field, const auto& member) {
        if constexpr (std::same_as<decltype(member), const Period&>) {
          if (!member) {
            check_.report(where + "." + std::string(field.name),
                          "needs a period, such as \"6 months\"");
          }
        }
      });
    }
  }

  void subtypes() {
    Check::Seen ids;
    for (std::size_t i = 0; i < currency_.subtypes.size(); ++i) {
      const SubtypeDefinition& subtype = currency_.subtypes[i];
      const std::string where = element(path_ + ".subtypes", i);
      check_bounds(check_, where, subtype);
      check_.id(where + ".id", subtype.id, ids, "subtype of this currency");
      check_.not_negative(where + ".cost_per_point", subtype.cost_per_point);
      if (!subtype.expiry_period) continue;
      if (currency_.kind == CurrencyKind::qualifying) {
        check_.report(where + ".expiry_period",
                      "qualifying points cannot expire; they are reset with their period",
                      RefusalCode::expiry_not_allowed);
      } else if (currency_.expiry != ExpiryModel::fixed) {
        check_.report(where + ".expiry_period",
                      "has no effect unless the currency has expiry = \"fixed\"");
      }
    }
    Check::Seen ordered;
    for (std::size_t i = 0; i < currency_.subtype_order.size(); ++i) {
      const std::string& name = currency_.subtype_order[i];
      const std::string where = element(path_ + ".subtype_order", i);
      check_.subtype(where, name, currency_.id);
      if (!ordered.insert(name).second) {
        check_.report(where, in_quotes(name) + " is already listed here");
      }
    }
  }

  Check& check_;
  std::string path_;
  const CurrencyDefinition& currency_;
};

}  // namespace

void check_currencies(Check& check) {
  Check::Seen ids;
  bool has_primary = false;
  for (std::size_t i = 0; i < check.program.currencies.size(); ++i) {
    const CurrencyDefinition& currency = check.program.currencies[i];
    const std::string path = element("currencies", i);
    check.id(path + ".id", currency.id, ids, "currency");
    CurrencyCheck(check, path, currency).run();
    if (currency.primary && std::exchange(has_primary, true)) {
      check.report(path + ".primary", "another currency is already the primary one");
    }
  }
}

}  // namespace loyalty::domain::validation
