// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/exchange.hpp"
#include "domain/budget/promotion_budget.hpp"
#include "domain/expected.hpp"
#include "domain/fields.hpp"
#include "domain/member/commands.hpp"
#include "domain/partner/commands.hpp"
#include "domain/partner/queries.hpp"
#include "domain/program/definition.hpp"
#include "domain/program/program.hpp"
#include "domain/report/queries.hpp"

/// A request, decoded and checked in form: who is meant, what is asked, and where the answer goes.
namespace loyalty::api {

enum class EntityKind : std::uint8_t { member, program, partner, promotion, server };

/// Which entity a call is for. An empty program means the only one there is.
struct Target {
  EntityKind kind = EntityKind::server;
  std::string program;
  std::string id;  ///< member, partner or promotion
};

struct Ping {
  static constexpr std::string_view name = "ping";
  static void fields(auto&, auto) {}
};
struct GetServerInfo {
  static constexpr std::string_view name = "server_info";
  static void fields(auto&, auto) {}
};
struct SetClock {
  static constexpr std::string_view name = "set_clock";
  domain::Instant now;
  static void fields(auto& self, auto visit) {
    visit(domain::required("now", "epoch ms; never back"), self.now);
  }
};

/// Of a server that is a node of a cluster.
struct GetCluster {
  static constexpr std::string_view name = "cluster_status";
  static void fields(auto&, auto) {}
};
struct DrainNode {
  static constexpr std::string_view name = "cluster_drain";
  std::string node;
  static void fields(auto& self, auto visit) {
    visit(domain::required("node", "name of the node that gives its shards away"), self.node);
  }
};
struct MoveShard {
  static constexpr std::string_view name = "cluster_move";
  std::uint32_t shard = 0;
  std::string node;
  static void fields(auto& self, auto visit) {
    visit(domain::required("shard", "number of the shard"), self.shard);
    visit(domain::defaulted("node", "where it is to be; default: where the placement puts it"),
          self.node);
  }
};

/// Live events of one member, one partner or the limits of one promotion, from a cursor on
/// (domain.md F53).
struct Subscribe {
  static constexpr std::string_view name = "subscribe";
  std::optional<std::int64_t> from;
  std::vector<std::string> events;
  static void fields(auto& self, auto visit) {
    visit(domain::defaulted("from", "send events after this sequence; default: only new ones"),
          self.from);
    visit(domain::defaulted("events", "only these kinds, such as progress_updated; default: all"),
          self.events);
  }
};
struct Unsubscribe {
  static constexpr std::string_view name = "unsubscribe";
  static void fields(auto&, auto) {}
};

/// What a proposed program would have made of what really happened (domain.md U6).
struct ReplayProgram {
  static constexpr std::string_view name = "replay_program";
  domain::ProgramDefinition definition;
  std::optional<domain::Instant> from;
  std::optional<domain::Instant> to;
  std::string by;
  std::int64_t members = 10;
  static void fields(auto& self, auto visit) {
    visit(domain::required("definition", "the whole proposed program (docs/program-files.md)"),
          self.definition);
    visit(domain::defaulted("from", "the proposed rules hold from then on; default: always"),
          self.from);
    visit(domain::defaulted("to", "what was done then or later is left out; default: nothing is"),
          self.to);
    visit(domain::defaulted("by", "currency by which members are ranked; default: the primary one"),
          self.by);
    visit(domain::defaulted("members", "how many that gain and lose most are listed, 0 to 1000"),
          self.members);
  }
};

/// Which node has the member.
struct Route {
  static constexpr std::string_view name = "route";
  static void fields(auto&, auto) {}
};

/// Big, and handed on several times: kept apart, so that a call is small.
using BoxedMemberCommand = std::shared_ptr<const domain::MemberCommand>;
using BoxedProgramCommand = std::shared_ptr<const domain::ProgramCommand>;
using BoxedReplay = std::shared_ptr<const ReplayProgram>;

using Operation =
    boost::variant2::variant<BoxedMemberCommand, domain::MemberQuery, BoxedProgramCommand,
                             domain::ProgramQuery, domain::PartnerCommand, domain::PartnerQuery,
                             domain::BudgetQuery, Subscribe, Unsubscribe, Ping, GetServerInfo,
                             SetClock, domain::ReportQuery, GetCluster, DrainNode, MoveShard, Route,
                             BoxedReplay>;

/// A request as it came: kept where it may have to be passed on to another node.
struct CallText {
  std::string method;
  std::string params;  ///< a MessagePack map
};

struct Call {
  ReplySlot reply;
  Target target;
  std::string key;            ///< of a write: remembered as long as the history
  std::uint64_t payload = 0;  ///< of a write: hash of what is asked, to tell a reused key
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  Operation operation;
  std::optional<domain::Instant> as_of;  ///< of a read: as it was then (domain.md F59)
  bool quote = false;  ///< answer as if it were done, and do nothing (domain.md F57)
  std::shared_ptr<const CallText> text;  ///< in a cluster only
  bool passed_on = false;                ///< it came from another node, which chose this one
};

/// Decodes the parameters (one MessagePack map) of a method into a call; the reply slot is left to
/// the caller. `now` is the start of the caller's deadline.
domain::Expected<Call, Error> decode_call(std::string_view method, std::string_view params,
                                          std::chrono::steady_clock::time_point now);

}  // namespace loyalty::api
