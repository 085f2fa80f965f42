// SPDX-License-Identifier: Apache-2.0
#include "net/frame.hpp"

#include <algorithm>
#include <limits>

#include "codec/msgpack_reader.hpp"

namespace loyalty::net {
namespace {

using codec::Kind;
using codec::Reader;

constexpr std::string_view empty_map{"\x80", 1};

bool is_kind(const Reader& reader, Kind wanted) {
  Kind kind{};
  return reader.peek(kind) && kind == wanted;
}

bool read_msgid(Reader& reader, std::uint32_t& msgid) {
  std::uint64_t number = 0;
  if (!reader.read(number) || number > std::numeric_limits<std::uint32_t>::max()) return false;
  msgid = static_cast<std::uint32_t>(number);
  return true;
}

Frame invalid_request(std::uint32_t msgid, const char* text) {
  return InvalidRequest{msgid, {.code = "INVALID_REQUEST", .text = text, .param = ""}};
}

Frame invalid_params(std::uint32_t msgid) {
  return InvalidRequest{msgid,
                        {.code = "INVALID_PARAM",
                         .text = "params is one map, alone or as the only item of an array",
                         .param = "params"}};
}

Frame read_params(Reader& reader, Request request) {
  if (is_kind(reader, Kind::map)) {
    request.params = reader.rest();
    return request;
  }
  std::uint32_t count = 0;
  if (!is_kind(reader, Kind::array) || !reader.read_array(count) || count > 1) {
    return invalid_params(request.msgid);
  }
  if (count == 0) {
    request.params = empty_map;
    return request;
  }
  if (!is_kind(reader, Kind::map)) return invalid_params(request.msgid);
  request.params = reader.rest();
  return request;
}

Frame read_request(Reader& reader, std::uint32_t count) {
  Request request;
  if (count < 2 || !read_msgid(reader, request.msgid)) return ForeignMessage{};
  if (count != 4) {
    return invalid_request(request.msgid, "a request is [0, msgid, method, params]");
  }
  const bool is_binary = is_kind(reader, Kind::binary);
  if (!(is_binary ? reader.read_binary(request.method) : reader.read(request.method))) {
    return invalid_request(request.msgid, "method is a string");
  }
  if (!is_method_name(request.method)) {
    return invalid_request(request.msgid,
                           "method is 1 to 64 letters, digits, '.', ':', '_' and '-'");
  }
  return read_params(reader, request);
}

}  // namespace

bool is_method_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == ':' || c == '_' || c == '-';
  });
}

Frame read_frame(std::string_view bytes) {
  Reader reader(bytes);
  std::uint32_t count = 0;
  std::uint64_t type = 0;
  if (!reader.read_array(count) || count == 0 || !reader.read(type)) return ForeignMessage{};
  switch (type) {
    case 0: return read_request(reader, count);
    case 1:
    case 2: return IgnoredMessage{};
    default: return ForeignMessage{};
  }
}

std::optional<std::uint32_t> readable_msgid(std::string_view bytes) {
  // Not Reader::read_array: the elements that the head announces are not all there.
  if (bytes.empty()) return std::nullopt;
  const auto tag = static_cast<unsigned char>(bytes.front());
  const std::size_t head = (tag & 0xf0) == 0x90 ? 1 : tag == 0xdc ? 3 : tag == 0xdd ? 5 : 0;
  if (head == 0 || bytes.size() < head) return std::nullopt;
  Reader reader(bytes.substr(head));
  std::uint64_t type = 0;
  std::uint32_t msgid = 0;
  if (!reader.read(type) || type != 0 || !read_msgid(reader, msgid)) return std::nullopt;
  return msgid;
}

}  // namespace loyalty::net
