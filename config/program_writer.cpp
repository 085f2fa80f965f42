// SPDX-License-Identifier: Apache-2.0
#include "config/program_writer.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdio>
#include <optional>
#include <set>
#include <string_view>
#include <type_traits>
#include <vector>

#include "domain/program/money_fields.hpp"

namespace loyalty::config {
namespace {

using domain::Decimal;
using domain::Field;

template <class T>
concept Definition = requires(T& t) {
  T::fields(t, [](const Field&, auto&) {});
};
template <class T>
concept HasId = Definition<T> && requires(T& t) {
  t.id;
};

/// What stands under a heading of its own: things with an id, each [[list]], and conditions.
template <class T>
inline constexpr bool has_heading = std::same_as<T, domain::ConditionDefinition>;
template <HasId T>
inline constexpr bool has_heading<std::vector<T>> = true;

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += {'\\', c};
    } else if (code < 0x20 || code == 0x7f) {
      std::array<char, 8> escape;
      std::snprintf(escape.data(), escape.size(), "\\u%04X", static_cast<unsigned>(code));
      result += escape.data();
    } else {
      result += c;
    }
  }
  return result + "\"";
}

std::string key_text(std::string_view key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
  return bare ? std::string(key) : quoted(key);
}

/// What the reader's money takes: two decimals, or minor units where it has too many digits.
std::string money(std::int64_t minor_units) {
  constexpr std::int64_t too_large = 100'000'000'000;
  if (minor_units < 0 || minor_units >= too_large) return std::to_string(minor_units);
  const std::int64_t cents = minor_units % 100;
  return "\"" + std::to_string(minor_units / 100) + (cents < 10 ? ".0" : ".") +
         std::to_string(cents) + "\"";
}

/// Writes along the `fields` lists: the counterpart of ProgramReader.
class ProgramWriter {
 public:
  std::string run(const domain::ProgramDefinition& definition) {
    table("", definition);
    return std::move(out_);
  }

 private:
  // ---- tables under headings ----

  template <class T>
  void table(const std::string& path, const T& item) {
    const Outer outer(*this);
    enter(item);
    each_to_write(item, [&](const Field& field, const auto& member) {
      if constexpr (!has_heading<std::remove_cvref_t<decltype(member)>>) {
        out_ += std::string(field.name) + " = " + text_of<T>(field, member) + "\n";
      }
    });
    each_to_write(item, [&](const Field& field, const auto& member) {
      const std::string where =
          path.empty() ? std::string(field.name) : path + "." + std::string(field.name);
      heading(where, member);
    });
  }

  void heading(const std::string& path, const domain::ConditionDefinition& condition) {
    out_ += "\n[" + path + "]\n";
    table(path, condition);
  }
  template <HasId T>
  void heading(const std::string& path, const std::vector<T>& items) {
    for (const T& item : items) {
      out_ += "\n[[" + path + "]]\n";
      table(path, item);
    }
  }
  void heading(const std::string&, const auto&) {}

  /// The fields that must be given, and those that differ from their default.
  template <class T>
  static void each_to_write(const T& item, auto visit) {
    const T nothing{};
    std::vector<const void*> defaults;
    T::fields(nothing, [&](const Field&, const auto& member) { defaults.push_back(&member); });
    std::size_t i = 0;
    T::fields(item, [&](const Field& field, const auto& member) {
      using Member = std::remove_reference_t<decltype(member)>;
      const bool is_default = member == *static_cast<Member*>(defaults[i++]);
      if (field.required || !is_default) visit(field, member);
    });
  }

  // ---- values ----

  template <class T, class Member>
  std::string text_of(const Field& field, const Member& member) const {
    if constexpr (std::same_as<Member, std::int64_t>) {
      if (domain::is_money_field<T>(field.name, counts_money_, mark_is_percent_)) {
        return money(member);
      }
    }
    return text(member);
  }

  static std::string text(const std::string& value) { return quoted(value); }
  static std::string text(bool value) { return value ? "true" : "false"; }
  static std::string text(std::int64_t value) { return std::to_string(value); }
  static std::string text(std::int32_t value) { return std::to_string(value); }
  static std::string text(const domain::Period& value) {
    return quoted(value ? to_string(value) : std::string());
  }
  template <class E>
  requires std::is_enum_v<E>
  static std::string text(E value) { return quoted(domain::name_of(value)); }

  // A TOML float is a double, which keeps 15 digits; more need quotes.
  static std::string text(const Decimal& value) {
    const std::string digits = value.to_string();
    return digits.size() > 16 ? quoted(digits) : digits;
  }
  static std::string text(const std::optional<std::int64_t>& value) {
    return text(value.value_or(0));
  }
  // Only days are optional strings.
  static std::string text(const std::optional<std::string>& value) {
    const auto day = domain::parse_day(*value);
    return day && to_string(*day) == *value ? *value : quoted(*value);
  }
  static std::string text(const std::vector<std::string>& names) {
    std::string all;
    for (const auto& name : names) all += (all.empty() ? "" : ", ") + quoted(name);
    return "[" + all + "]";
  }

  std::string text(const std::vector<domain::TierMultiplierDefinition>& items) const {
    return by_name(items, &domain::TierMultiplierDefinition::tier,
                   &domain::TierMultiplierDefinition::multiplier);
  }
  std::string text(const std::vector<domain::ThresholdDefinition>& items) const {
    return by_name(items, &domain::ThresholdDefinition::currency,
                   &domain::ThresholdDefinition::minimum);
  }
  template <class T, class Value>
  std::string by_name(const std::vector<T>& items, std::string T::*name, Value T::*value) const {
    std::set<std::string_view> names;
    std::string all;
    for (const T& item : items) {
      if (!names.insert(item.*name).second) return list(items);  // a name can stand there once
      all += (all.empty() ? "" : ", ") + key_text(item.*name) + " = " + text(item.*value);
    }
    return "{" + all + "}";
  }

  template <Definition T>
  std::string text(const T& item) const {
    std::string all;
    ProgramWriter inner;
    inner.counts_money_ = counts_money_;
    inner.enter(item);
    each_to_write(item, [&](const Field& field, const auto& member) {
      all += (all.empty() ? "" : ", ") + std::string(field.name) + " = " +
             inner.text_of<T>(field, member);
    });
    return "{" + all + "}";
  }
  template <Definition T>
  std::string text(const std::vector<T>& items) const {
    return list(items);
  }
  template <class T>
  std::string list(const std::vector<T>& items) const {
    if (items.size() == 1) return "[" + text(items.front()) + "]";
    std::string all = "[\n";
    for (const T& item : items) all += "  " + text(item) + ",\n";
    return items.empty() ? "[]" : all + "]";
  }

  // ---- what decides whether a number is money ----

  void enter(const domain::PromotionDefinition& promotion) {
    counts_money_ = promotion.measure == domain::Measure::amount;
  }
  void enter(const domain::MilestoneDefinition& milestone) {
    mark_is_percent_ = milestone.kind == domain::MilestoneKind::percent;
  }
  void enter(const auto&) {}

  /// Restores it when a table ends.
  class Outer {
   public:
    explicit Outer(ProgramWriter& writer) : writer_(writer), counts_money_(writer.counts_money_) {}
    ~Outer() { writer_.counts_money_ = counts_money_; }
    Outer(const Outer&) = delete;
    Outer& operator=(const Outer&) = delete;

   private:
    ProgramWriter& writer_;
    bool counts_money_;
  };

  std::string out_;
  bool counts_money_ = false;
  bool mark_is_percent_ = false;
};

}  // namespace

std::string write_program(const domain::ProgramDefinition& definition) {
  return ProgramWriter().run(definition);
}

}  // namespace loyalty::config
