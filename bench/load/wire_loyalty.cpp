// SPDX-License-Identifier: Apache-2.0
// Our own wire (docs/protocol.md) for a server that has bench/w1.toml. The bytes of a call are made
// once and patched, so the client costs as much as with the shorter wire of the baselines.
#include <string>

#include "bench/load/msgpack.hpp"
#include "bench/load/wire.hpp"

namespace loyalty::bench {
namespace {

constexpr std::size_t call_at = 3;

/// A call whose places are of a fixed size.
struct Pattern {
  std::string bytes;
  std::size_t member = 0;
  std::size_t key = 0;
  std::size_t amount = 0;
  std::size_t partner = 0;

  Pattern(std::string_view method, std::size_t fields) {
    bytes = std::string("\x94\x00\xce\0\0\0\0", 7);
    text(method);
    bytes += '\x91';
    bytes += static_cast<char>(0x80 | fields);
    text("member");
    member = place(10);
  }
  void text(std::string_view value) {
    char room[64];
    bytes.append(room, static_cast<std::size_t>(msgpack::put_string(room, value) - room));
  }
  std::size_t place(std::size_t size) {
    text(std::string(size, '0'));
    return bytes.size() - size;
  }
  void with_key() {
    text("key");
    key = place(24);
  }
  void with_amount(std::string_view name) {
    text(name);
    bytes += std::string("\xcd\0\0", 3);
    amount = bytes.size() - 2;
  }
};

Pattern purchase_pattern() {
  Pattern pattern("purchase", 4);
  pattern.with_key();
  pattern.with_amount("amount");
  pattern.text("partner");
  pattern.partner = pattern.place(3);
  pattern.bytes[pattern.partner] = 'p';
  return pattern;
}

Pattern redeem_pattern() {
  Pattern pattern("redeem", 4);
  pattern.with_key();
  pattern.text("offer");
  pattern.text("anything");
  pattern.with_amount("points");
  return pattern;
}

Pattern enroll_pattern() {
  Pattern pattern("enroll_member", 2);
  pattern.with_key();
  return pattern;
}

class Loyalty final : public Wire {
 public:
  void put(Outgoing& to, const Operation& operation, std::uint32_t call) override {
    const Pattern& pattern = pattern_of(operation.kind);
    char* const at = to.room(pattern.bytes.size());
    std::memcpy(at, pattern.bytes.data(), pattern.bytes.size());
    for (std::size_t i = 0; i < 4; ++i) at[call_at + i] = static_cast<char>(call >> (24 - 8 * i));
    std::memcpy(at + pattern.member, operation.member.data(), operation.member.size());
    if (pattern.key > 0) std::memcpy(at + pattern.key, operation.key.data(), operation.key.size());
    if (pattern.amount > 0) {
      at[pattern.amount] = static_cast<char>(operation.amount >> 8);
      at[pattern.amount + 1] = static_cast<char>(operation.amount & 0xff);
    }
    if (pattern.partner > 0) {
      at[pattern.partner + 1] = static_cast<char>('0' + operation.partner / 10);
      at[pattern.partner + 2] = static_cast<char>('0' + operation.partner % 10);
    }
    to.wrote(pattern.bytes.size());
  }

  bool names_calls() const override { return true; }

  /// Errors as short texts that begin with the code.
  std::string_view greeting() const override {
    using namespace std::string_view_literals;
    return "\x94\x00\x00\xa5hello\x91\x81\xa6"
           "errors\xa6"
           "string"sv;
  }

  Reply take(std::string_view bytes) const override {
    Reply reply{.size = msgpack::size_of_value(bytes)};
    if (reply.size == 0) return reply;
    std::string_view rest = bytes.substr(2, reply.size - 2);
    reply.call = msgpack::read_unsigned(rest);
    rest.remove_prefix(msgpack::size_of_value(rest));
    constexpr std::string_view replayed = "\xa8replayed\xc3";
    if (rest[0] != static_cast<char>(0xc0)) {
      const bool short_of_points = msgpack::read_string(rest).starts_with("INSUFFICIENT_POINTS");
      reply.status = short_of_points ? Reply::Status::insufficient : Reply::Status::failed;
    } else if (rest.ends_with(replayed)) {
      reply.status = Reply::Status::repeated;
    }
    return reply;
  }

 private:
  const Pattern& pattern_of(Operation::Kind kind) const {
    switch (kind) {
      case Operation::Kind::purchase: return purchase_;
      case Operation::Kind::redeem: return redeem_;
      case Operation::Kind::query: return query_;
      case Operation::Kind::enroll: break;
    }
    return enroll_;
  }

  Pattern purchase_ = purchase_pattern();
  Pattern redeem_ = redeem_pattern();
  Pattern query_{"get_balances", 1};
  Pattern enroll_ = enroll_pattern();
};

}  // namespace

std::unique_ptr<Wire> loyalty_wire() { return std::make_unique<Loyalty>(); }

}  // namespace loyalty::bench
