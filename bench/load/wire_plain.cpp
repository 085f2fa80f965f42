// SPDX-License-Identifier: Apache-2.0
// The MessagePack-RPC of the baselines: [0, id, "purchase", [key, member, amount, partner, day]]
// brings [1, id, nil, [points, balance, status, tier]] or [1, id, "DUPLICATE" | "INSUFFICIENT" |
// ..., nil], in the order of the requests.
#include "bench/load/msgpack.hpp"
#include "bench/load/wire.hpp"

namespace loyalty::bench {
namespace {

class Plain final : public Wire {
 public:
  void put(Outgoing& to, const Operation& operation, std::uint32_t call) override {
    constexpr std::size_t at_most = 96;
    char* const begin = to.room(at_most);
    char* at = begin;
    *at++ = static_cast<char>(0x94);
    *at++ = 0;
    at = msgpack::put_unsigned(at, call);
    const bool purchase = operation.kind == Operation::Kind::purchase;
    const std::string_view member(operation.member.data(), operation.member.size());
    if (operation.kind == Operation::Kind::query) {
      at = msgpack::put_string(at, "query");
      *at++ = static_cast<char>(0x91);
      at = msgpack::put_string(at, member);
    } else {
      at = msgpack::put_string(at, purchase ? "purchase" : "redeem");
      *at++ = static_cast<char>(purchase ? 0x95 : 0x94);
      at = msgpack::put_string(at, {operation.key.data(), operation.key.size()});
      at = msgpack::put_string(at, member);
      at = msgpack::put_unsigned(at, operation.amount);
      if (purchase) at = msgpack::put_unsigned(at, operation.partner);
      at = msgpack::put_unsigned(at, w1_day);
    }
    to.wrote(static_cast<std::size_t>(at - begin));
  }

  Reply take(std::string_view bytes) const override {
    Reply reply{.size = msgpack::size_of_value(bytes)};
    if (reply.size == 0) return reply;
    bytes.remove_prefix(2);
    bytes.remove_prefix(msgpack::size_of_value(bytes));
    const std::string_view error = msgpack::read_string(bytes);
    if (error == "DUPLICATE") {
      reply.status = Reply::Status::repeated;
    } else if (error == "INSUFFICIENT") {
      reply.status = Reply::Status::insufficient;
    } else if (bytes[0] != static_cast<char>(0xc0)) {
      reply.status = Reply::Status::failed;
    }
    return reply;
  }
};

}  // namespace

std::unique_ptr<Wire> plain_wire() { return std::make_unique<Plain>(); }

}  // namespace loyalty::bench
