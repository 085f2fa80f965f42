// SPDX-License-Identifier: Apache-2.0
#include "bench/baselines/limit/plain_codec.hpp"

#include <array>
#include <cstring>

namespace loyalty::bench::w1 {
namespace {

/// Takes values off the front of a text; false once one was not there.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

  bool byte(std::uint8_t wanted) {
    if (at_ == end_ || static_cast<std::uint8_t>(*at_) != wanted) return false;
    ++at_;
    return true;
  }
  bool number(std::uint32_t& value) {
    if (at_ == end_) return false;
    const auto first = static_cast<std::uint8_t>(*at_);
    if (first < 0x80) {
      value = first;
      ++at_;
      return true;
    }
    if (first < 0xcc || first > 0xce) return false;
    const std::ptrdiff_t width = std::ptrdiff_t{1} << (first - 0xcc);
    if (end_ - at_ < 1 + width) return false;
    value = 0;
    for (std::ptrdiff_t i = 1; i <= width; ++i)
      value = value << 8U | static_cast<std::uint8_t>(at_[i]);
    at_ += 1 + width;
    return true;
  }
  bool text(std::string_view& value) {
    if (at_ == end_) return false;
    const auto first = static_cast<std::uint8_t>(*at_);
    const std::size_t size = first & 0x1fU;
    if ((first & 0xe0U) != 0xa0 || static_cast<std::size_t>(end_ - at_) < 1 + size) return false;
    value = {at_ + 1, size};
    at_ += 1 + size;
    return true;
  }
  std::size_t read_from(std::string_view bytes) const {
    return static_cast<std::size_t>(at_ - bytes.data());
  }

 private:
  const char* at_;
  const char* end_;
};

bool read_request(Reader& reader, Request& request) {
  std::string_view method;
  if (!reader.byte(0x94) || !reader.byte(0) || !reader.number(request.id) || !reader.text(method)) {
    return false;
  }
  if (method == "purchase") {
    request.kind = Request::Kind::purchase;
    return reader.byte(0x95) && reader.text(request.key) && reader.text(request.member) &&
           reader.number(request.amount) && reader.number(request.partner) &&
           reader.number(request.day);
  }
  if (method == "redeem") {
    request.kind = Request::Kind::redeem;
    return reader.byte(0x94) && reader.text(request.key) && reader.text(request.member) &&
           reader.number(request.amount) && reader.number(request.day);
  }
  request.kind = Request::Kind::query;
  request.key = "";
  return method == "query" && reader.byte(0x91) && reader.text(request.member);
}

char* put_number(char* at, std::int64_t value) {
  int width = 8;
  if (value >= 0 && value < 0x80) {
    *at = static_cast<char>(value);
    return at + 1;
  }
  if (value >= 0 && value < 0x10000) {
    *at++ = static_cast<char>(0xcd);
    width = 2;
  } else if (value >= 0 && value <= 0xffffffffLL) {
    *at++ = static_cast<char>(0xce);
    width = 4;
  } else {
    *at++ = static_cast<char>(0xd3);
  }
  for (int shift = 8 * (width - 1); shift >= 0; shift -= 8)
    *at++ = static_cast<char>(value >> shift);
  return at;
}

}  // namespace

std::size_t parse(std::string_view bytes, Request& request) {
  Reader reader(bytes);
  return read_request(reader, request) ? reader.read_from(bytes) : 0;
}

char* put_reply(char* at, std::uint32_t id, const Answer& answer) {
  *at++ = static_cast<char>(0x94);
  *at++ = 1;
  at = put_number(at, id);
  if (answer.status == Answer::Status::done) {
    *at++ = static_cast<char>(0xc0);
    *at++ = static_cast<char>(0x94);
    at = put_number(at, answer.points);
    at = put_number(at, answer.balance);
    at = put_number(at, answer.standing);
    return put_number(at, answer.tier);
  }
  static constexpr std::array<std::string_view, 4> names{"", "DUPLICATE", "NOMEMBER",
                                                         "INSUFFICIENT"};
  const std::string_view name = names[static_cast<std::size_t>(answer.status)];
  *at++ = static_cast<char>(0xa0 | name.size());
  std::memcpy(at, name.data(), name.size());
  at += name.size();
  *at++ = static_cast<char>(0xc0);
  return at;
}

}  // namespace loyalty::bench::w1
