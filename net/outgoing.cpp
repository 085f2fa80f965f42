// SPDX-License-Identifier: Apache-2.0
#include "net/outgoing.hpp"

#include "net/msgpack_writer.hpp"

namespace loyalty::net {
namespace {

constexpr std::string_view replayed_pair{"\xa8replayed\xc3", 10};

/// How many pairs a map announces, and how many bytes it takes to say so; 0 bytes: not a map.
struct MapHead {
  std::size_t bytes = 0;
  std::uint64_t pairs = 0;
};

MapHead map_head(std::string_view body) {
  if (body.empty()) return {};
  const auto tag = static_cast<unsigned char>(body.front());
  if ((tag & 0xf0) == 0x80) return {.bytes = 1, .pairs = tag & 0x0fU};
  const std::size_t size = tag == 0xde ? 2 : tag == 0xdf ? 4 : 0;
  if (size == 0 || body.size() <= size) return {};
  MapHead head{.bytes = 1 + size};
  for (std::size_t i = 1; i <= size; ++i) {
    head.pairs = head.pairs << 8 | static_cast<unsigned char>(body[i]);
  }
  return head;
}

void append_head(std::string& out, std::uint32_t msgid) {
  pack::array(out, 4);
  pack::unsigned_integer(out, 1);
  pack::unsigned_integer(out, msgid);
}

void append_details(std::string& out, const api::Error& error) {
  pack::map(out, 3U + (error.retry_after_ms > 0 ? 1 : 0) + (error.owner.empty() ? 0 : 1));
  pack::string(out, "code");
  pack::string(out, error.code);
  pack::string(out, "param");
  pack::string(out, error.param);
  pack::string(out, "retryable");
  pack::boolean(out, error.retryable);
  if (error.retry_after_ms > 0) {
    pack::string(out, "retry_after_ms");
    pack::unsigned_integer(out, static_cast<std::uint64_t>(error.retry_after_ms));
  }
  if (!error.owner.empty()) {
    pack::string(out, "owner");
    pack::string(out, error.owner);
  }
}

}  // namespace

void append_result(std::string& out, std::uint32_t msgid, std::string_view result) {
  append_head(out, msgid);
  pack::nil(out);
  out.append(result);
}

void append_error(std::string& out, std::uint32_t msgid, const api::Error& error, ErrorForm form) {
  append_head(out, msgid);
  if (form != ErrorForm::string) {
    pack::array(out, form == ErrorForm::triple ? 3 : 2);
    pack::unsigned_integer(out, error.callers_fault ? 1 : 0);
  }
  pack::string_head(out, error.code.size() + 2 + error.text.size());
  out.append(error.code).append(": ").append(error.text);
  if (form == ErrorForm::triple) append_details(out, error);
  pack::nil(out);
}

void append_reply(std::string& out, const api::Reply& reply, ErrorForm form) {
  if (const auto* error = get_if<api::Error>(&reply.outcome)) {
    append_error(out, reply.msgid, *error, form);
    return;
  }
  const auto& result = get<api::Result>(reply.outcome);
  const MapHead head = result.replayed ? map_head(result.body) : MapHead{};
  if (head.bytes == 0) {
    append_result(out, reply.msgid, result.body);
    return;
  }
  append_head(out, reply.msgid);
  pack::nil(out);
  pack::map(out, head.pairs + 1);
  out.append(result.body, head.bytes);
  out.append(replayed_pair);
}

void append_notice(std::string& out, std::string_view method, std::string_view body) {
  pack::array(out, 3);
  pack::unsigned_integer(out, 2);
  pack::string(out, method);
  pack::array(out, 1);
  out.append(body);
}

}  // namespace loyalty::net
