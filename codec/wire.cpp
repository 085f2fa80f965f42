// SPDX-License-Identifier: Apache-2.0
#include "codec/wire.hpp"

#include <algorithm>

namespace loyalty::codec::detail {

void prefix(WireFault& fault, std::string_view name) {
  const bool nested = !fault.param.empty() && fault.param.front() != '[';
  fault.param = std::string(name) + (nested ? "." : "") + fault.param;
}

bool read_fields(Reader& in, std::span<const FieldSlot> slots, WireFault& fault) {
  std::uint32_t count = 0;
  if (!in.read_map(count)) return fail(fault, "a map");
  std::uint64_t seen = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::string_view name;
    if (!in.read(name)) return fail(fault, "a map whose keys are strings");
    const auto slot = std::ranges::find(slots, name, &FieldSlot::name);
    if (slot == slots.end()) {
      fault.param = name;
      return fail(fault, "a field of this method; this one is unknown");
    }
    const std::uint64_t bit = std::uint64_t{1} << (slot - slots.begin());
    const bool again = (seen & bit) != 0;
    seen |= bit;
    if (again ? !fail(fault, "each field once") : !slot->read(in, slot->field, fault)) {
      prefix(fault, name);
      return false;
    }
  }
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (!slots[i].required || (seen >> i & 1) != 0) continue;
    fault.param = slots[i].name;
    return fail(fault, "this field is required");
  }
  return true;
}

}  // namespace loyalty::codec::detail
