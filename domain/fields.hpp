// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

/// A type that travels or is stored describes itself once:
///
///   static void fields(auto& self, auto visit) {
///     visit(required("amount", "what was paid, in minor units"), self.amount);
///     visit(defaulted("units", "how many pieces"), self.units);
///   }
///
/// The codecs, the program loader and docs/methods.md all walk this list. The name is the wire
/// name. The order is the stored format: fields are only ever added at the end (docs/format.md).
namespace loyalty::domain {

struct Field {
  std::string_view name;
  std::string_view doc;
  bool required;
  bool stored = true;
};

/// A field that must be present in what a client or a program file sends.
constexpr Field required(std::string_view name, std::string_view doc) { return {name, doc, true}; }

/// A field that keeps its default when it is left out.
constexpr Field defaulted(std::string_view name, std::string_view doc) {
  return {name, doc, false};
}

/// A field of an answer that follows from the others and the program: it is sent, but not stored.
/// Who reads a stored answer makes it anew.
constexpr Field derived(std::string_view name, std::string_view doc) {
  return {name, doc, true, false};
}

/// Specialised for each enumeration that has a name on the wire: `static constexpr std::array`
/// of names in the order of the enumerators.
template <class E>
struct EnumNames;

template <class E>
constexpr std::string_view name_of(E value) {
  return EnumNames<E>::names[static_cast<std::size_t>(value)];
}

}  // namespace loyalty::domain
