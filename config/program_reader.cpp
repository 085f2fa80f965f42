// SPDX-License-Identifier: Apache-2.0
#include "config/program_reader.hpp"

#include <algorithm>
#include <concepts>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/suggestion.hpp"
#include "domain/program/money_fields.hpp"

namespace loyalty::config {
namespace {

using domain::Decimal;
using domain::Field;

/// Walks the `fields` lists of the definition along the tables of the file. The comforts of the
/// format - a single word for a list, tables by tier or currency, money as "10.00" - are the
/// overloads of `read` and the three small functions at the end.
class ProgramReader {
 public:
  explicit ProgramReader(const std::string& file) : file_(file) {}

  ReadProgram run(const toml::table& table) {
    read("", table, result_.definition);
    return std::move(result_);
  }

 private:
  /// The keys of one table under the names of the fields they mean.
  using Keys = std::map<std::string_view, const toml::node*>;

  static Place begin_of(const toml::source_region& region) {
    return {static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
  }
  static std::string join(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : path + "." + std::string(name);
  }
  static std::string element(const std::string& path, std::size_t index) {
    return path + "[" + std::to_string(index) + "]";
  }

  void remember(const std::string& path, const toml::source_region& region) {
    if (region.begin) result_.places.emplace(path, begin_of(region));
  }

  void report(const std::string& path, Place place, std::string message) {
    result_.findings.push_back({.file = file_,
                                .line = place.line,
                                .column = place.column,
                                .path = path,
                                .code = "INVALID_DEFINITION",
                                .message = std::move(message),
                                .warning = false});
  }
  void report(const std::string& path, const toml::node& node, std::string message) {
    report(path, node.source().begin ? begin_of(node.source()) : result_.place_of(path),
           std::move(message));
  }
  void wrong_type(const std::string& path, const toml::node& node, std::string_view expected) {
    report(path, node,
           "expected " + std::string(expected) + ", found " + std::string(kind_of(node)));
  }

  // ---- tables ----

  template <class T>
  requires requires(T& t) {
    T::fields(t, [](const Field&, auto&) {});
  }
  void read(const std::string& path, const toml::node& node, T& target) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return wrong_type(path, node, "a table");
    Keys keys = match_keys<T>(path, *table);
    enter(*table, target);
    if constexpr (std::same_as<T, domain::TierDefinition>) read_threshold(path, keys, target);
    T::fields(target, [&](const Field& field, auto& member) {
      const std::string where = join(path, field.name);
      const auto key = keys.find(field.name);
      if (key == keys.end()) {
        if (field.required) report(where, result_.place_of(path), missing(field));
        return;
      }
      if (key->second == nullptr) return;  // already read by a comfort
      remember(where, key->second->source());
      if constexpr (std::same_as<decltype(member), std::int64_t&>) {
        if (is_money<T>(field.name, *table)) return read_money(where, *key->second, member);
      }
      read(where, *key->second, member);
    });
  }

  static std::string missing(const Field& field) {
    return std::string(field.name) + " is missing; expected " + std::string(field.doc);
  }

  template <class T>
  Keys match_keys(const std::string& path, const toml::table& table) {
    std::vector<std::string_view> known;
    T nothing;
    T::fields(nothing, [&](const Field& field, auto&) { known.push_back(field.name); });
    if constexpr (std::same_as<T, domain::TierDefinition>) known.push_back("threshold");
    Keys keys;
    for (const auto& [key, node] : table) {
      const auto name = std::find(known.begin(), known.end(), key.str());
      if (name != known.end()) keys.emplace(*name, &node);
    }
    std::vector<std::string_view> free;
    std::copy_if(known.begin(), known.end(), std::back_inserter(free),
                 [&](std::string_view name) { return !keys.contains(name); });
    for (const auto& [key, node] : table) {
      if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
      report(join(path, key.str()), begin_of(key.source()),
             "unknown key \"" + std::string(key.str()) + "\"; " + expected_one_of(key.str(), free));
      const std::string_view meant = closest(key.str(), free);
      if (!meant.empty()) keys.emplace(meant, &node);
    }
    return keys;
  }

  template <class T>
  void read(const std::string& path, const toml::node& node, std::vector<T>& target) {
    const toml::array* array = node.as_array();
    if (array == nullptr) {
      return wrong_type(path, node, "a list of tables, [[" + last_name(path) + "]]");
    }
    target.resize(array->size());
    for (std::size_t i = 0; i < array->size(); ++i) {
      remember(element(path, i), array->get(i)->source());
      read(element(path, i), *array->get(i), target[i]);
    }
  }

  static std::string last_name(const std::string& path) {
    const auto dot = path.rfind('.');
    return dot == std::string::npos ? path : path.substr(dot + 1);
  }

  // ---- values ----

  void read(const std::string& path, const toml::node& node, std::string& target) {
    if (!node.is_string()) return wrong_type(path, node, "a string");
    target = **node.as_string();
  }

  // Only days are optional strings, and TOML has dates of its own.
  void read(const std::string& path, const toml::node& node, std::optional<std::string>& target) {
    if (const auto* date = node.as_date()) {
      const domain::CalendarDate date_in_file{(*date)->year, (*date)->month, (*date)->day};
      if (const auto day = domain::day_of(date_in_file)) target = to_string(*day);
    } else if (node.is_string()) {
      target = **node.as_string();
    } else {
      wrong_type(path, node, "a day such as 2026-12-31");
    }
  }

  void read(const std::string& path, const toml::node& node, bool& target) {
    if (!node.is_boolean()) return wrong_type(path, node, "true or false");
    target = **node.as_boolean();
  }

  void read(const std::string& path, const toml::node& node, std::int64_t& target) {
    if (!node.is_integer()) return wrong_type(path, node, "a whole number");
    target = **node.as_integer();
  }

  void read(const std::string& path, const toml::node& node, std::optional<std::int64_t>& target) {
    std::int64_t number = 0;
    read(path, node, number);
    target = number;
  }

  void read(const std::string& path, const toml::node& node, std::int32_t& target) {
    std::int64_t number = target;
    read(path, node, number);
    using Limits = std::numeric_limits<std::int32_t>;
    if (number < Limits::min() || number > Limits::max()) {
      return report(path, node, "is " + std::to_string(number) + "; expected a smaller number");
    }
    target = static_cast<std::int32_t>(number);
  }

  void read(const std::string& path, const toml::node& node, Decimal& target) {
    std::string text;
    if (const auto* number = node.as_integer()) {
      text = std::to_string(**number);
    } else if (const auto* fraction = node.as_floating_point()) {
      text = decimal_text(**fraction);
    } else if (node.is_string()) {
      text = **node.as_string();
    } else {
      return wrong_type(path, node, "a number such as 1.25");
    }
    if (const auto decimal = Decimal::parse(text)) {
      target = *decimal;
    } else {
      report(path, node,
             "\"" + text +
                 "\" is not an exact decimal; expected at most 9 digits before and 9 "
                 "after the point, such as 1.25");
    }
  }

  void read(const std::string& path, const toml::node& node, domain::Period& target) {
    if (!node.is_string()) return wrong_type(path, node, "a period such as \"3 years\"");
    if (const auto period = domain::parse_period(**node.as_string())) {
      target = *period;
    } else {
      report(path, node,
             "\"" + **node.as_string() +
                 "\" is not a period; expected a count of days, months or years, such "
                 "as \"90 days\" or \"1 year\"");
    }
  }

  template <class E>
  requires std::is_enum_v<E>
  void read(const std::string& path, const toml::node& node, E& target) {
    constexpr auto& names = domain::EnumNames<E>::names;
    std::vector<std::string_view> choices(names.begin(), names.end());
    // "unset" is what a definition has when nothing was said; it cannot be said.
    if constexpr (std::same_as<E, domain::TierModel>) choices.erase(choices.begin());
    if (!node.is_string()) return wrong_type(path, node, "a word, " + expected_one_of("", choices));
    const std::string_view word = **node.as_string();
    std::string_view chosen = word;
    if (std::find(choices.begin(), choices.end(), word) == choices.end()) {
      report(path, node,
             "unknown word \"" + std::string(word) + "\"; " + expected_one_of(word, choices));
      chosen = closest(word, choices);
    }
    const auto name = std::find(names.begin(), names.end(), chosen);
    if (name != names.end()) target = static_cast<E>(name - names.begin());
  }

  void read(const std::string& path, const toml::node& node, std::vector<std::string>& target) {
    if (node.is_string()) {
      remember(element(path, 0), node.source());
      target = {**node.as_string()};
      return;
    }
    const toml::array* array = node.as_array();
    if (array == nullptr) return wrong_type(path, node, "a list of strings");
    target.resize(array->size());
    for (std::size_t i = 0; i < array->size(); ++i) {
      remember(element(path, i), array->get(i)->source());
      read(element(path, i), *array->get(i), target[i]);
    }
  }

  // ---- tables by name: multipliers = {gold = 1.25}, thresholds = {tier-points = 500} ----

  void read(const std::string& path, const toml::node& node,
            std::vector<domain::TierMultiplierDefinition>& target) {
    read_by_name(path, node, target, &domain::TierMultiplierDefinition::tier, "multiplier",
                 &domain::TierMultiplierDefinition::multiplier);
  }
  void read(const std::string& path, const toml::node& node,
            std::vector<domain::ThresholdDefinition>& target) {
    read_by_name(path, node, target, &domain::ThresholdDefinition::currency, "minimum",
                 &domain::ThresholdDefinition::minimum);
  }

  template <class T, class Value>
  void read_by_name(const std::string& path, const toml::node& node, std::vector<T>& target,
                    std::string T::*name, std::string_view value_name, Value T::*value) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return read<T>(path, node, target);
    // toml++ sorts keys by name; people and messages follow the order of the file.
    std::vector<std::pair<const toml::key*, const toml::node*>> entries;
    for (const auto& [key, item] : *table) entries.emplace_back(&key, &item);
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
      const auto& left = a.first->source().begin;
      const auto& right = b.first->source().begin;
      return std::pair{left.line, left.column} < std::pair{right.line, right.column};
    });
    for (const auto& [key, item] : entries) {
      const std::string where = element(path, target.size());
      remember(where, key->source());
      remember(join(where, value_name), item->source());
      T entry;
      entry.*name = key->str();
      read(join(where, value_name), *item, entry.*value);
      target.push_back(std::move(entry));
    }
  }

  // ---- comforts that depend on what stands around ----

  // Notes what the tables below will ask about.
  void enter(const toml::table&, domain::TierGroupDefinition& group) { group_ = &group; }
  void enter(const toml::table& table, const domain::PromotionDefinition&) {
    counts_money_ = table["measure"].value<std::string_view>() == "amount";
  }
  template <class T>
  void enter(const toml::table&, const T&) {}

  template <class T>
  bool is_money(std::string_view name, const toml::table& table) const {
    return domain::is_money_field<T>(name, counts_money_,
                                     table["kind"].value<std::string_view>() == "percent");
  }

  // A whole number is minor units and a string major units with two decimals. A TOML float could
  // be meant as either, so it is neither.
  void read_money(const std::string& path, const toml::node& node, std::int64_t& target) {
    constexpr std::string_view expected =
        "money: a string with two decimals such as \"10.00\", or a whole number of minor units "
        "such as 1000";
    if (node.is_integer()) {
      target = **node.as_integer();
      return;
    }
    if (const auto* number = node.as_floating_point()) {
      return report(path, node,
                    "expected " + std::string(expected) + "; write \"" + decimal_text(**number) +
                        "\" in quotes, with two decimals");
    }
    if (!node.is_string()) return wrong_type(path, node, expected);
    const std::string& text = **node.as_string();
    const std::size_t point = text.find('.');
    const auto decimal = Decimal::parse(text);
    if (!decimal || point == std::string::npos || text.size() - point != 3) {
      return report(path, node,
                    "\"" + text + "\" is not an amount; expected " + std::string(expected));
    }
    target = decimal->mantissa;
    for (unsigned scale = decimal->scale; scale < 2; ++scale) target *= 10;
  }

  // threshold = 500 is thresholds = {<the group's only currency> = 500}.
  void read_threshold(const std::string& path, Keys& keys, domain::TierDefinition& tier) {
    const auto key = keys.find("threshold");
    if (key == keys.end()) return;
    const std::string where = join(path, "thresholds");
    const toml::node& node = *key->second;
    if (keys.contains("thresholds")) {
      return report(where, node, "threshold and thresholds say the same; expected one of them");
    }
    keys.emplace("thresholds", nullptr);
    if (group_->currencies.size() != 1) {
      return report(where, node,
                    "only a tier group with exactly one currency has a threshold; expected "
                    "thresholds = {currency = minimum, ...}");
    }
    const std::string entry = element(where, 0);
    remember(entry, node.source());
    domain::ThresholdDefinition threshold{group_->currencies.front(), 0};
    read(join(entry, "minimum"), node, threshold.minimum);
    tier.thresholds.push_back(std::move(threshold));
  }

  const std::string& file_;
  ReadProgram result_;
  const domain::TierGroupDefinition* group_ = nullptr;
  bool counts_money_ = false;
};

}  // namespace

Place ReadProgram::place_of(std::string path) const {
  while (!path.empty()) {
    const auto found = places.find(path);
    if (found != places.end()) return found->second;
    const auto cut = path.find_last_of(".[");
    path.resize(cut == std::string::npos ? 0 : cut);
  }
  return {};
}

ReadProgram read_program(const toml::table& table, const std::string& file) {
  return ProgramReader(file).run(table);
}

}  // namespace loyalty::config
