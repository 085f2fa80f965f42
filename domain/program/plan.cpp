// SPDX-License-Identifier: Apache-2.0
#include "domain/program/plan.hpp"

#include <algorithm>
#include <optional>
#include <type_traits>

#include "domain/program/money_fields.hpp"
#include "domain/program/plan_notes.hpp"

namespace loyalty::domain {
namespace {

template <class T>
concept Definition = requires(T& t) {
  T::fields(t, [](const Field&, auto&) {});
};
template <class T>
concept HasId = requires(T& t) {
  t.id;
};

std::string money_text(std::int64_t minor_units) {
  const std::string digits = std::to_string(minor_units);
  const std::size_t shown = std::max<std::size_t>(digits.size(), 3);
  const std::string padded = std::string(shown - digits.size(), '0') + digits;
  return padded.substr(0, shown - 2) + "." + padded.substr(shown - 2);
}

void for_each_pair(const auto& from, const auto& to, auto visit) {
  std::vector<const void*> others;
  to.fields(to, [&](const Field&, const auto& member) { others.push_back(&member); });
  std::size_t i = 0;
  from.fields(from, [&](const Field& field, const auto& member) {
    using Member = std::remove_reference_t<decltype(member)>;
    visit(field, member, *static_cast<Member*>(others[i++]));
  });
}

/// Walks two definitions side by side. Entries with an id are matched by it, and compared field by
/// field; lists without ids are compared as a whole.
class Comparison {
 public:
  std::vector<PlanLine> run(const ProgramDefinition& from, const ProgramDefinition& to) {
    compare_fields("", from, to);
    return std::move(lines_);
  }

 private:
  template <class T>
  void compare_fields(const std::string& path, const T& from, const T& to) {
    for_each_pair(from, to, [&](const Field& field, const auto& old_value, const auto& new_value) {
      if (old_value == new_value) return;
      const std::string name(field.name);
      if (path.empty()) section_ = name;  // at the top a field is a section
      compare(path.empty() ? name : path + "." + name, path.empty() ? "" : name, old_value,
              new_value, {is_money<T>(name, from), is_money<T>(name, to)});
    });
  }

  template <class T>
  static bool is_money(std::string_view name, const T& item) {
    if constexpr (std::same_as<T, PromotionDefinition>) {
      return is_money_field<T>(name, item.measure == Measure::amount, false);
    }
    // A milestone is always shown as part of its list.
    return is_money_field<T>(name, false, false);
  }

  template <class T>
  void compare(const std::string& path, std::string_view field, const T& from, const T& to,
               std::pair<bool, bool> is_money_there) {
    if constexpr (Definition<T>) {
      // A part such as a condition or a cap: the note is that of the field it is in.
      for_each_pair(from, to, [&](const Field& part, const auto& old_value, const auto& new_value) {
        if (old_value == new_value) return;
        const bool money = is_money<T>(part.name, to);
        add(PlanStep::changed, path + "." + std::string(part.name), text(old_value, money),
            text(new_value, money), plan_note(section_, field, PlanStep::changed));
      });
    } else {
      add(PlanStep::changed, path, text(from, is_money_there.first),
          text(to, is_money_there.second), plan_note(section_, field, PlanStep::changed));
    }
  }

  template <HasId T>
  void compare(const std::string& path, std::string_view field, const std::vector<T>& from,
               const std::vector<T>& to, std::pair<bool, bool>) {
    const std::string outer = section_;
    if (!field.empty()) section_ = field;
    const auto find = [](const std::vector<T>& list, const std::string& id) {
      return std::find_if(list.begin(), list.end(), [&](const T& t) { return t.id == id; });
    };
    const auto entry = [&](const T& item) { return path + "[" + item.id + "]"; };
    std::vector<std::string> old_order;
    std::vector<std::string> new_order;
    for (const T& item : to) {
      const auto old = find(from, item.id);
      if (old == from.end()) {
        add(PlanStep::added, entry(item), {}, title(item),
            plan_note(section_, "", PlanStep::added));
      } else {
        new_order.push_back(item.id);
        if (!(*old == item)) compare_fields(entry(item), *old, item);
      }
    }
    for (const T& item : from) {
      if (find(to, item.id) == to.end()) {
        add(PlanStep::removed, entry(item), title(item), {},
            plan_note(section_, "", PlanStep::removed));
      } else {
        old_order.push_back(item.id);
      }
    }
    if (old_order != new_order) {
      add(PlanStep::changed, path, text(old_order, false), text(new_order, false),
          "the order in the file");
    }
    section_ = outer;
  }

  template <class T>
  static std::string title(const T& item) {
    return item.name.empty() ? item.id : item.name;
  }

  void add(PlanStep what, std::string path, std::string from, std::string to,
           std::string_view note) {
    lines_.push_back({what, std::move(path), std::move(from), std::move(to), std::string(note)});
  }

  // ---- values for people ----

  static std::string text(const std::string& value, bool) { return value; }
  static std::string text(bool value, bool) { return value ? "true" : "false"; }
  static std::string text(const Decimal& value, bool) { return value.to_string(); }
  static std::string text(const Period& value, bool) { return value ? to_string(value) : "none"; }
  static std::string text(std::int64_t value, bool money) {
    return money ? money_text(value) : std::to_string(value);
  }
  static std::string text(std::int32_t value, bool) { return std::to_string(value); }
  template <class E>
  requires std::is_enum_v<E>
  static std::string text(E value, bool) { return std::string(name_of(value)); }
  template <class T>
  static std::string text(const std::optional<T>& value, bool money) {
    return value ? text(*value, money) : std::string();
  }
  template <class T>
  static std::string text(const std::vector<T>& items, bool) {
    std::string all;
    for (const T& item : items) all += (all.empty() ? "" : ", ") + text(item, false);
    return all;
  }
  template <Definition T>
  static std::string text(const T& item, bool) {
    std::string all;
    T::fields(item, [&](const Field& field, const auto& member) {
      all += (all.empty() ? "" : ", ") + std::string(field.name) + " " + text(member, false);
    });
    return "{" + all + "}";
  }

  std::vector<PlanLine> lines_;
  std::string section_;
};

}  // namespace

std::vector<PlanLine> plan(const ProgramDefinition& from, const ProgramDefinition& to) {
  return Comparison().run(from, to);
}

}  // namespace loyalty::domain
