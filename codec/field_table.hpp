// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "codec/described.hpp"
#include "codec/msgpack_reader.hpp"

/// The walk over a client's map, the same for every type and compiled once.
namespace loyalty::codec {

/// Why a client's value was not taken: where, and what was expected there.
struct WireFault {
  std::string param;
  std::string expected;
};

template <class T>
bool read_wire(Reader& in, T& value, WireFault& fault);

/// The fields of one map: their names, where they lie and how they are read. A map may fill several
/// values, as the envelope and the operation of a call do. Made once for each type and kept.
class FieldTable {
 public:
  /// What has been seen of a map is kept in the bits of one word.
  static constexpr std::size_t max_fields = 64;

  /// Adds the fields of a `T`. Fields of values added later come later.
  template <Described T>
  [[gnu::cold]] void add() {
    T sample{};
    const auto* base = reinterpret_cast<const char*>(&sample);
    T::fields(sample, [&]<class F>(const domain::Field& info, F& field) {
      const auto place = static_cast<std::size_t>(reinterpret_cast<const char*>(&field) - base);
      add_slot(info, {read_at<F>, static_cast<std::uint32_t>(place), parts_});
    });
    ++parts_;
  }

  /// Reads a map into `parts`, one for each `add`: no unknown or repeated field, nothing missing.
  bool read(Reader& in, void* const* parts, WireFault& fault) const;

 private:
  struct Slot {
    bool (*read)(Reader&, void*, WireFault&);
    std::uint32_t place;  ///< in its part
    std::uint32_t part;
  };

  template <class F>
  static bool read_at(Reader& in, void* field, WireFault& fault) {
    return read_wire(in, *static_cast<F*>(field), fault);
  }

  void add_slot(const domain::Field& info, Slot slot);
  /// `count_` where there is none.
  std::size_t find(std::string_view name) const;

  std::size_t count_ = 0;
  std::uint32_t parts_ = 0;
  std::uint64_t required_ = 0;                      ///< a bit for each field
  std::array<std::uint64_t, max_fields> begins_{};  ///< first bytes of the names, to look for them
  std::array<std::string_view, max_fields> names_{};
  std::array<Slot, max_fields> slots_{};
};

template <Described T>
const FieldTable& fields_of() {
  static const FieldTable table = [] {
    FieldTable made;
    made.add<T>();
    return made;
  }();
  return table;
}

/// Puts the name of a field, or the place in an array, before what is wrong inside it.
void prefix(WireFault& fault, std::string_view name);

inline bool fail(WireFault& fault, std::string_view expected) {
  fault.expected = expected;
  return false;
}

}  // namespace loyalty::codec
