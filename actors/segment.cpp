// SPDX-License-Identifier: Apache-2.0
#include "actors/segment.hpp"

namespace loyalty::actors {

std::string encode_segment(const std::vector<std::string_view>& records) {
  codec::Writer out;
  out.array(records.size());
  for (const auto record : records) out.raw(record);
  return out.take();
}

bool decode_segment(std::string_view bytes, std::vector<RecordView>& records) {
  codec::Reader in(bytes);
  std::uint32_t count = 0;
  if (!in.read_array(count)) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::string_view rest = in.rest();
    const std::size_t start = in.position();
    if (!in.skip()) return false;
    const auto record = decode_record(rest.substr(0, in.position() - start));
    if (!record) return false;
    records.push_back(*record);
  }
  return in.at_end();
}

}  // namespace loyalty::actors
