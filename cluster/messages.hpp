// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/neighbours.hpp"
#include "actors/work.hpp"
#include "api/exchange.hpp"
#include "cluster/view.hpp"

/// What nodes have to say to each other: the contents of envelopes, as MessagePack. Kinds are only
/// added at the end: a node that does not know one answers that it does not.
namespace loyalty::cluster {

/// A client's call, passed on as it came.
struct PassedCall {
  std::string_view method;
  std::string_view program;  ///< resolved by the node that took it
  /// Of subscribe and unsubscribe: names the listener among those of the sending node.
  std::uint64_t listener = 0;
  std::string_view params;  ///< a MessagePack map
};

/// What the owner says to it; nothing: it is not the owner.
using CallAnswer = std::optional<boost::variant2::variant<api::Result, api::Error>>;

struct LookAt {
  std::string member;
  static void fields(auto& self, auto visit) {
    visit(domain::required("member", "entity"), self.member);
  }
};
struct OnShards {
  actors::Everywhere what;
  std::vector<ShardId> shards;
  static void fields(auto& self, auto visit) {
    visit(domain::required("what", "what to do"), self.what);
    visit(domain::required("shards", "where"), self.shards);
  }
};
/// Nobody listens any more under this number.
struct ListenerGone {
  std::uint64_t listener = 0;
  static void fields(auto& self, auto visit) {
    visit(domain::required("listener", "number"), self.listener);
  }
};
/// Asks for a program; an answer comes with it if its state is later than `known`.
struct FetchProgram {
  std::string program;
  std::uint64_t known = 0;
  static void fields(auto& self, auto visit) {
    visit(domain::required("program", "program"), self.program);
    visit(domain::required("known", "sequence of what the asker has; 0: nothing"), self.known);
  }
};
/// A shard has come or gone, or nodes and places have changed: look now, and not in a while.
struct TableChanged {
  static void fields(auto&, auto) {}
};

/// What is no call.
using Message =
    boost::variant2::variant<actors::OutboxMessage, actors::OutboxReceipt, actors::BudgetAsk,
                             actors::BudgetGrant, LookAt, OnShards, ListenerGone, FetchProgram,
                             actors::ProgramState, TableChanged>;

/// The answer to LookAt: 0 for nullopt, else the number of the enumerator and 1.
struct LookedAt {
  std::uint32_t peer = 0;
  static void fields(auto& self, auto visit) {
    visit(domain::required("peer", "what is known of the member"), self.peer);
  }
};
/// The answer to FetchProgram.
struct FetchedProgram {
  bool mine = false;  ///< the answering node has the shard of the program, so it would know it
  std::vector<actors::ProgramState> program;  ///< none or one
  static void fields(auto& self, auto visit) {
    visit(domain::required("mine", "whoever answers would know"), self.mine);
    visit(domain::required("program", "none or one"), self.program);
  }
};

std::string encode(const PassedCall& call);
/// The views are into the bytes.
std::optional<PassedCall> decode_call(std::string_view bytes);
/// Whether it is a call at all, and no message.
bool holds_call(std::string_view bytes);

std::string encode(const CallAnswer& answer);
/// nullopt: what came is no answer.
std::optional<CallAnswer> decode_answer(std::string_view bytes);

std::string encode(const api::Notice& notice);
struct PassedNotice {
  std::string_view method;
  std::string_view body;
  std::uint64_t sequence = 0;
};
std::optional<PassedNotice> decode_notice(std::string_view bytes);
/// The sequence in the body of a notice; 0 when there is none.
std::uint64_t sequence_of(std::string_view body);

std::string encode(const Message& message);
std::optional<Message> decode_message(std::string_view bytes);

}  // namespace loyalty::cluster
