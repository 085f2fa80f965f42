// SPDX-License-Identifier: Apache-2.0
#include "codec/field_table.hpp"

#include <bit>

#include "domain/invariant.hpp"

namespace loyalty::codec {

void prefix(WireFault& fault, std::string_view name) {
  const bool nested = !fault.param.empty() && fault.param.front() != '[';
  fault.param = std::string(name) + (nested ? "." : "") + fault.param;
}

void FieldTable::add_slot(const domain::Field& info, Slot slot) {
  domain::invariant(count_ < max_fields, "a map of at most 64 fields");
  begins_[count_] = first_bytes(info.name);
  names_[count_] = info.name;
  slots_[count_] = slot;
  if (info.required) required_ |= std::uint64_t{1} << count_;
  ++count_;
}

std::size_t FieldTable::find(std::string_view name) const {
  const std::uint64_t begin = first_bytes(name);
  for (std::size_t i = 0; i < count_; ++i) {
    if (begins_[i] == begin && names_[i] == name) return i;
  }
  return count_;
}

bool FieldTable::read(Reader& in, void* const* parts, WireFault& fault) const {
  std::uint32_t count = 0;
  if (!in.read_map(count)) return fail(fault, "a map");
  std::uint64_t seen = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::string_view name;
    if (!in.read(name)) return fail(fault, "a map whose keys are strings");
    const std::size_t found = find(name);
    if (found == count_) {
      fault.param = name;
      return fail(fault, "a field of this method; this one is unknown");
    }
    const Slot& slot = slots_[found];
    const std::uint64_t bit = std::uint64_t{1} << found;
    const bool again = (seen & bit) != 0;
    seen |= bit;
    void* const field = static_cast<char*>(parts[slot.part]) + slot.place;
    if (again ? !fail(fault, "each field once") : !slot.read(in, field, fault)) {
      prefix(fault, name);
      return false;
    }
  }
  const std::uint64_t missing = required_ & ~seen;
  if (missing == 0) return true;
  fault.param = names_[static_cast<std::size_t>(std::countr_zero(missing))];
  return fail(fault, "this field is required");
}

}  // namespace loyalty::codec
