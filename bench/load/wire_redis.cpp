// SPDX-License-Identifier: Apache-2.0
// Calls of the Redis function of bench/baselines/redis. Every key is declared, as Redis Cluster
// wants.
#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "bench/load/wire.hpp"

namespace loyalty::bench {
namespace {

char* put(char* at, std::string_view bytes) {
  std::memcpy(at, bytes.data(), bytes.size());
  return at + bytes.size();
}

char* put_bulk(char* at, std::string_view prefix, std::string_view rest) {
  *at++ = '$';
  at = std::to_chars(at, at + 8, prefix.size() + rest.size()).ptr;
  at = put(at, "\r\n");
  at = put(put(at, prefix), rest);
  return put(at, "\r\n");
}

char* put_number(char* at, std::uint32_t number) {
  char digits[12];
  const char* const end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
  return put_bulk(at, "", {digits, static_cast<std::size_t>(end - digits)});
}

/// The end of the line that begins at `from`; npos: it is not whole.
std::size_t end_of_line(std::string_view bytes, std::size_t from) {
  const std::size_t end = bytes.find('\n', from);
  return end == std::string_view::npos ? end : end + 1;
}

std::size_t count_in(std::string_view line) {
  std::size_t count = 0;
  for (const char digit : line) {
    if (digit < '0' || digit > '9') break;
    count = 10 * count + static_cast<std::size_t>(digit - '0');
  }
  return count;
}

class Redis final : public Wire {
 public:
  void put(Outgoing& to, const Operation& operation, std::uint32_t) override {
    constexpr std::size_t at_most = 320;
    const std::string_view member(operation.member.data(), operation.member.size());
    const std::string_view key(operation.key.data(), operation.key.size());
    char* const begin = to.room(at_most);
    char* at = begin;
    if (operation.kind == Operation::Kind::query) {
      at = bench::put(at, "*4\r\n$5\r\nFCALL\r\n$5\r\nquery\r\n$1\r\n1\r\n");
      at = put_bulk(at, "m:", member);
    } else {
      const bool purchase = operation.kind == Operation::Kind::purchase;
      at = bench::put(at, purchase ? "*9\r\n$5\r\nFCALL\r\n$8\r\npurchase\r\n$1\r\n3\r\n"
                                   : "*8\r\n$5\r\nFCALL\r\n$6\r\nredeem\r\n$1\r\n3\r\n");
      at = put_bulk(at, "m:", member);
      at = put_bulk(at, "l:", member);
      at = put_bulk(at, "t:", key);
      at = put_number(at, operation.amount);
      if (purchase) at = put_number(at, operation.partner);
      at = put_number(at, w1_day);
    }
    to.wrote(static_cast<std::size_t>(at - begin));
  }

  Reply take(std::string_view bytes) const override {
    Reply reply;
    std::size_t at = 0;
    for (std::size_t open = 1; open > 0; --open) {
      const std::size_t end = end_of_line(bytes, at);
      if (end == std::string_view::npos) return {};
      const char kind = bytes[at];
      const std::string_view line = bytes.substr(at + 1, end - at - 1);
      at = end;
      if (kind == '*') {
        open += count_in(line);
      } else if (kind == '$') {
        if (line[0] != '-') at += count_in(line) + 2;
      } else if (kind == '-') {
        reply.status = line[0] == 'D'   ? Reply::Status::repeated
                       : line[0] == 'I' ? Reply::Status::insufficient
                                        : Reply::Status::failed;
      } else if (kind != ':' && kind != '+') {
        std::fprintf(stderr, "loyalty_load: no reply of Redis: byte %d\n", kind);
        std::exit(1);
      }
    }
    if (at <= bytes.size()) reply.size = at;
    return reply;
  }
};

}  // namespace

std::unique_ptr<Wire> redis_wire() { return std::make_unique<Redis>(); }

}  // namespace loyalty::bench
