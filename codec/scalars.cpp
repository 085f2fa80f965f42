// SPDX-License-Identifier: Apache-2.0
#include "codec/scalars.hpp"

namespace loyalty::codec {

bool read_decimal(Reader& in, domain::Decimal& value) {
  std::string_view text;
  if (!in.read(text)) return false;
  const auto parsed = domain::Decimal::parse(text);
  if (!parsed) return false;
  value = *parsed;
  return true;
}

bool read_period(Reader& in, domain::Period& value) {
  std::string_view text;
  if (!in.read(text)) return false;
  if (text.empty()) {
    value = {};
    return true;
  }
  const auto parsed = domain::parse_period(text);
  if (!parsed) return false;
  value = *parsed;
  return true;
}

bool read_name(Reader& in, std::span<const std::string_view> names, std::size_t& index,
               std::string& expected) {
  std::string_view text;
  if (in.read(text)) {
    for (index = 0; index < names.size(); ++index) {
      if (names[index] == text) return true;
    }
  }
  expected = "one of";
  for (const auto name : names) expected += (expected.size() > 6 ? ", " : " ") + std::string(name);
  return false;
}

}  // namespace loyalty::codec
