// SPDX-License-Identifier: Apache-2.0
// PostgreSQL's protocol, version 3: statements are prepared once, and each operation is a Bind, an
// Execute and a Sync, so it is a transaction of its own, also when several are in flight on a
// connection. Numbers travel in binary.
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>

#include "bench/load/wire.hpp"

namespace loyalty::bench {
namespace {

constexpr std::uint32_t protocol = 3U << 16U;
constexpr std::size_t head_size = 5;  // a letter, and a length that counts itself
constexpr std::uint32_t int4 = 23;    // types of the catalogue
constexpr std::uint32_t int8 = 20;

void put_number(std::string& to, std::uint64_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    to += static_cast<char>(number >> shift);
}

void put_text(std::string& to, std::string_view text) { to.append(text).append(1, '\0'); }

/// A message; letter 0: the first one of a connection, which has none.
std::string message(char letter, std::string_view body) {
  std::string made;
  if (letter != 0) made += letter;
  put_number(made, 4 + body.size(), 4);
  return made.append(body);
}

std::string prepare(std::string_view name, std::string_view statement,
                    std::initializer_list<std::uint32_t> types) {
  std::string body;
  put_text(body, name);
  put_text(body, statement);
  put_number(body, types.size(), 2);
  for (const std::uint32_t type : types) put_number(body, type, 4);
  return message('P', body);
}

std::string first_messages() {
  std::string start;
  put_number(start, protocol, 4);
  for (const char* const text : {"user", "postgres", "database", "postgres"}) put_text(start, text);
  start += '\0';
  return message(0, start) +
         prepare("p", "SELECT points FROM purchase($1, $2, $3, $4, $5, true)",
                 {int8, int4, int4, int4, int4}) +
         prepare("r", "SELECT points FROM redeem($1, $2, $3, $4)", {int8, int4, int4, int4}) +
         prepare("q", "SELECT nq, q, tier FROM member WHERE id = $1", {int4}) + message('S', "");
}

std::uint32_t read_number(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i)
    number = number << 8U | static_cast<std::uint8_t>(bytes[at + i]);
  return number;
}

/// The size of the message at `at` with its letter; 0: it is not whole.
std::size_t message_size(std::string_view bytes, std::size_t at) {
  if (bytes.size() - at < head_size) return 0;
  const std::size_t size = 1 + std::size_t{read_number(bytes, at + 1)};
  return bytes.size() - at < size ? 0 : size;
}

class Postgres final : public Wire {
 public:
  void put(Outgoing& to, const Operation& operation, std::uint32_t) override {
    char* const begin = to.room(at_most);
    char* at = begin;
    switch (operation.kind) {
      case Operation::Kind::purchase:
        at = bind(at, 'p', 5);
        at = wide(at, operation.number);
        at = narrow(at, operation.member_number);
        at = narrow(at, operation.amount);
        at = narrow(at, operation.partner);
        at = narrow(at, w1_day);
        break;
      case Operation::Kind::redeem:
        at = bind(at, 'r', 4);
        at = wide(at, operation.number);
        at = narrow(at, operation.member_number);
        at = narrow(at, operation.amount);
        at = narrow(at, w1_day);
        break;
      case Operation::Kind::query:
      case Operation::Kind::enroll:
        at = bind(at, 'q', 1);
        at = narrow(at, operation.member_number);
        break;
    }
    at = big_endian(at, 0, 2);  // results as text
    big_endian(begin + 1, static_cast<std::uint64_t>(at - begin) - 1, 4);
    static constexpr std::string_view execute_and_sync("E\0\0\0\x09\0\0\0\0\0S\0\0\0\x04", 15);
    std::memcpy(at, execute_and_sync.data(), execute_and_sync.size());
    to.wrote(static_cast<std::size_t>(at - begin) + execute_and_sync.size());
  }

  Reply take(std::string_view bytes) const override {
    Reply reply;
    for (std::size_t at = 0;;) {
      const std::size_t size = message_size(bytes, at);
      if (size == 0) return {};
      const char letter = bytes[at];
      if (letter == 'E') reply.status = Reply::Status::failed;
      // The functions answer with points below 0 when they did nothing.
      constexpr std::size_t first_column = head_size + 2 + 4;
      if (letter == 'D' && size >= first_column + 2) {
        const std::string_view points = bytes.substr(at + first_column, 2);
        const bool alone = read_number(bytes, at + head_size + 2) == 2;
        if (alone && points == "-1") reply.status = Reply::Status::repeated;
        if (alone && points == "-2") reply.status = Reply::Status::failed;
        if (alone && points == "-3") reply.status = Reply::Status::insufficient;
      }
      at += size;
      if (letter != 'Z') continue;
      reply.size = at;
      return reply;
    }
  }

  std::string_view greeting() const override { return greeting_; }

  /// Ready twice: after the start, and after the statements.
  std::size_t greeted(std::string_view bytes) const override {
    const Reply start = take(bytes);
    if (start.size == 0) return 0;
    const Reply prepared = take(bytes.substr(start.size));
    if (start.status == Reply::Status::failed || prepared.status == Reply::Status::failed) {
      std::fprintf(stderr, "loyalty_load: PostgreSQL refuses the statements of W1\n");
      std::exit(1);
    }
    return prepared.size == 0 ? 0 : start.size + prepared.size;
  }

 private:
  static constexpr std::size_t at_most = 128;

  static char* big_endian(char* at, std::uint64_t number, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
      *at++ = static_cast<char>(number >> shift);
    return at;
  }
  static char* wide(char* at, std::uint64_t number) {
    return big_endian(big_endian(at, 8, 4), number, 8);
  }
  static char* narrow(char* at, std::uint32_t number) {
    return big_endian(big_endian(at, 4, 4), number, 4);
  }
  /// Up to the parameters; the length is put in later.
  static char* bind(char* at, char statement, int parameters) {
    *at = 'B';
    at += head_size;
    *at++ = '\0';  // the portal without a name
    *at++ = statement;
    *at++ = '\0';
    at = big_endian(at, 1, 2);  // one format for all parameters:
    at = big_endian(at, 1, 2);  // binary
    return big_endian(at, static_cast<std::uint64_t>(parameters), 2);
  }

  std::string greeting_ = first_messages();
};

}  // namespace

std::unique_ptr<Wire> postgres_wire() { return std::make_unique<Postgres>(); }

}  // namespace loyalty::bench
