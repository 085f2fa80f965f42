// SPDX-License-Identifier: Apache-2.0
#include "domain/program/validation/check.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/id.hpp"
#include "domain/program/activities.hpp"

namespace loyalty::domain::validation {
namespace {

constexpr std::array<std::string_view, 3> reserved_activities{"redemption", "credit", "debit"};

}  // namespace

bool is_reserved_activity(std::string_view name) { return is_one_of(reserved_activities, name); }

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest_quote = 80;
  if (text.size() <= longest_quote) return "\"" + std::string(text) + "\"";
  return "\"" + std::string(text.substr(0, longest_quote)) + "...\"";
}

std::string element(const std::string& list, std::size_t index) {
  return list + "[" + std::to_string(index) + "]";
}

void KnownNames::insert(std::string_view name) {
  names_.push_back(name);
  index_.insert(name);
}

std::string KnownNames::expected() const {
  constexpr std::size_t most_listed = 12;
  if (names_.empty()) return "none is defined under " + std::string(section_);
  std::string text = "expected one of";
  for (std::size_t i = 0; i < std::min(names_.size(), most_listed); ++i) {
    text += (i == 0 ? " " : ", ") + std::string(names_[i]);
  }
  return names_.size() > most_listed ? text + ", ..." : text;
}

Check::Check(const ProgramDefinition& definition) : program(definition) {
  for (const auto& c : program.currencies) currencies.insert(c.id);
  for (const auto& g : program.tier_groups) {
    for (const auto& t : g.tiers) tiers.insert(t.id);
  }
  for (const auto& t : program.benefit_types) benefit_types.insert(t.id);
  for (const auto& b : program.benefits) benefits.insert(b.id);
  for (const auto& v : program.vouchers) vouchers.insert(v.id);
  for (const auto& p : program.promotions) promotions.insert(p.id);
  for (const auto& p : program.partners) partners.insert(p.id);
  for (const std::string_view name : built_in_activities) activities.insert(name);
  for (const auto& name : program.activities) activities.insert(name);
}

void Check::report(std::string path, std::string message, RefusalCode code) {
  problems_.push_back({std::move(path), code, std::move(message)});
}

void Check::id(const std::string& path, std::string_view id, Seen& seen, std::string_view kind) {
  if (!is_id(id)) {
    report(path, (id.empty() ? "must not be empty" : in_quotes(id) + " is not an id") +
                     std::string("; expected 1 to 64 of the characters A-Z a-z 0-9 _ -"));
  } else if (!seen.insert(id).second) {
    report(path, "there is already a " + std::string(kind) + " " + in_quotes(id) +
                     "; each id may be given once");
  }
}

bool Check::reference(const std::string& path, std::string_view name, const KnownNames& known) {
  if (known.has(name)) return true;
  report(path, "there is no " + std::string(known.kind()) + " " + in_quotes(name) + "; " +
                   known.expected());
  return false;
}

void Check::references(const std::string& path, const std::vector<std::string>& names,
                       const KnownNames& known) {
  for (std::size_t i = 0; i < names.size(); ++i) reference(element(path, i), names[i], known);
}

void Check::subtype(const std::string& path, std::string_view name,
                    std::string_view currency_name) {
  const CurrencyDefinition* owner = currency(currency_name);
  if (owner == nullptr) return;
  KnownNames known{"subtype", "[[currencies.subtypes]]"};
  for (const auto& subtype : owner->subtypes) known.insert(subtype.id);
  if (!known.has(name)) {
    report(path, "currency " + in_quotes(owner->id) + " has no subtype " + in_quotes(name) + "; " +
                     known.expected());
  }
}

void Check::not_negative(const std::string& path, const Decimal& value) {
  if (value.mantissa < 0) report(path, "is " + value.to_string() + "; expected 0 or more");
}

std::optional<LocalDay> Check::day(const std::string& path,
                                   const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const auto day = parse_day(*text);
  if (!day) report(path, in_quotes(*text) + " is not a day; expected YYYY-MM-DD");
  return day;
}

void Check::window(const std::string& path, std::string_view first_name,
                   const std::optional<std::string>& first, std::string_view end_name,
                   const std::optional<std::string>& end) {
  const auto from = day(path + "." + std::string(first_name), first);
  const auto until = day(path + "." + std::string(end_name), end);
  if (from && until && *from >= *until) {
    report(path + "." + std::string(end_name),
           in_quotes(*end) + " must be later than " + std::string(first_name) + " " +
               in_quotes(*first) + "; it is the first day after the window");
  }
}

const CurrencyDefinition* Check::currency(std::string_view id) const {
  const auto found = std::find_if(program.currencies.begin(), program.currencies.end(),
                                  [&](const auto& c) { return c.id == id; });
  return found == program.currencies.end() ? nullptr : &*found;
}

const CurrencyDefinition* Check::primary_for(const std::string& path) {
  const auto found = std::find_if(program.currencies.begin(), program.currencies.end(),
                                  [](const auto& c) { return c.primary; });
  if (found == program.currencies.end()) {
    report(path, "the points need a currency, because no currency of the program is primary");
    return nullptr;
  }
  if (found->kind == CurrencyKind::qualifying) {
    report(path,
           "the primary currency is a qualifying one; expected its name, since "
           "points that count for tiers are given only where that is said");
    return nullptr;
  }
  return &*found;
}

}  // namespace loyalty::domain::validation
