// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <type_traits>

#include "codec/described.hpp"
#include "codec/wire.hpp"
#include "codec/writer.hpp"
#include "domain/program/catalogue.hpp"
#include "domain/time.hpp"

namespace loyalty::codec {

/// Writes stored values for people: fields by their names on the wire, symbols as the names that
/// the program gave them. Fields that say nothing (no partner, never, an empty text) are left out.
class ReadableWriter {
 public:
  ReadableWriter(Writer& out, const domain::Symbols& symbols) : out_(out), symbols_(symbols) {}

  template <Described T>
  static std::size_t count(const T& value) {
    std::size_t fields = 0;
    T::fields(value, [&](const domain::Field&, const auto& field) { fields += says(field); });
    return fields;
  }

  /// False for what says nothing and is left out.
  template <class T>
  static bool says(const T& value) {
    if constexpr (HasNumber<T>) return value.number != 0;
    if constexpr (is_optional<T>) return value.has_value();
    if constexpr (std::is_same_v<T, domain::Instant>) return value != domain::never;
    if constexpr (std::is_same_v<T, std::string>) return !value.empty();
    return true;
  }

  /// The fields of a value, into a map whose header the caller has written.
  template <Described T>
  void fields(const T& value) {
    T::fields(value, [&](const domain::Field& info, const auto& field) {
      if (!says(field)) return;
      out_.string(info.name);
      write(field);
    });
  }

  template <class T>
  void write(const T& value) {
    if constexpr (HasNumber<T>) {
      out_.string(symbols_.name(value.number));
    } else if constexpr (is_optional<T>) {
      write(*value);
    } else if constexpr (is_vector<T>) {
      out_.array(value.size());
      for (const auto& element : value) write(element);
    } else if constexpr (Described<T>) {
      out_.map(count(value));
      fields(value);
    } else {
      write_wire(out_, value);
    }
  }

 private:
  Writer& out_;
  const domain::Symbols& symbols_;
};

}  // namespace loyalty::codec
