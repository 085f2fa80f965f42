// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "codec/described.hpp"
#include "domain/decimal.hpp"
#include "domain/time.hpp"

namespace loyalty::support {

/// Sets every field of a described value, however deep, to something other than its default, and
/// always to the same: two elements in each vector, the last enumerator, counted numbers.
class Filler {
 public:
  template <class T>
  void fill(T& value) {
    ++count_;
    if constexpr (std::is_same_v<T, bool>) {
      value = !value;
    } else if constexpr (codec::Enumeration<T>) {
      value = static_cast<T>(domain::EnumNames<T>::names.size() - 1);
    } else if constexpr (std::is_integral_v<T>) {
      value = static_cast<T>(count_);
    } else if constexpr (std::is_same_v<T, std::string>) {
      value = "text-" + std::to_string(count_);
    } else if constexpr (std::is_same_v<T, std::string_view>) {
      static std::deque<std::string> texts;  // which the views are into
      value = texts.emplace_back("view-" + std::to_string(count_));
    } else if constexpr (std::is_same_v<T, domain::Instant>) {
      value.ms = 1'767'639'600'000 + count_;
    } else if constexpr (std::is_same_v<T, domain::LocalDay>) {
      value.days = 20'000 + static_cast<std::int32_t>(count_);
    } else if constexpr (std::is_same_v<T, domain::Decimal>) {
      value = {count_ * 10 + 1, 3};
    } else if constexpr (std::is_same_v<T, domain::Period>) {
      value = {static_cast<std::int32_t>(count_), domain::PeriodUnit::years};
    } else if constexpr (codec::HasNumber<T>) {
      value.number = static_cast<std::uint32_t>(count_);
    } else if constexpr (codec::is_optional<T>) {
      fill(value.emplace());
    } else if constexpr (codec::is_named<T>) {
      for (int i = 0; i < 2; ++i) {
        typename T::value_type entry{};
        fill(entry.first);
        fill(entry.second);
        value.push_back(entry);
      }
    } else if constexpr (codec::is_vector<T>) {
      for (int i = 0; i < 2; ++i) fill(value.emplace_back());
    } else if constexpr (codec::Described<T>) {
      T::fields(value, [&](const domain::Field&, auto& field) { fill(field); });
    } else {
      value.value = 1'000 + count_;
    }
  }

 private:
  std::int64_t count_ = 0;
};

template <class T>
T filled() {
  T value{};
  Filler().fill(value);
  return value;
}

/// Calls `visit` with a filled value of each alternative of a variant.
template <class Variant, std::size_t Index = 0, class Visit>
void for_each_alternative(Visit visit) {
  if constexpr (Index < codec::alternatives<Variant>) {
    visit(filled<boost::variant2::variant_alternative_t<
              Index, typename codec::AlternativesOf<Variant>::Type>>());
    for_each_alternative<Variant, Index + 1>(visit);
  }
}

}  // namespace loyalty::support
