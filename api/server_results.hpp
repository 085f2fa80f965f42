// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/fields.hpp"
#include "domain/time.hpp"

/// Answers to calls that concern the server itself, not an entity.
namespace loyalty::api {

struct PingResult {
  std::string server = "loyalty";
  domain::Instant now;
  static void fields(auto& self, auto visit) {
    visit(domain::required("server", "always loyalty"), self.server);
    visit(domain::required("now", "the server's clock, epoch ms"), self.now);
  }
};

struct ServerInfoResult {
  std::string version;
  std::string store;
  std::string durability;
  std::uint32_t shards = 0;
  std::string clock;
  domain::Instant now;
  std::vector<std::string> programs;
  std::vector<std::string> methods;

  static void fields(auto& self, auto visit) {
    visit(domain::required("version", "of the server"), self.version);
    visit(domain::required("store", "where state is kept"), self.store);
    visit(domain::required("durability", "when a write is acknowledged"), self.durability);
    visit(domain::required("shards", "number of journals"), self.shards);
    visit(domain::required("clock", "real or manual"), self.clock);
    visit(domain::required("now", "the server's clock, epoch ms"), self.now);
    visit(domain::required("programs", "programs it serves"), self.programs);
    visit(domain::required("methods", "methods it knows"), self.methods);
  }
};

struct ClockResult {
  domain::Instant now;
  static void fields(auto& self, auto visit) {
    visit(domain::required("now", "the server's clock, epoch ms"), self.now);
  }
};

struct SubscriptionResult {
  std::uint64_t sequence = 0;
  static void fields(auto& self, auto visit) {
    visit(domain::required("sequence", "the member's last fact; later ones are sent"),
          self.sequence);
  }
};

struct UnsubscribeResult {
  bool subscribed = false;
  static void fields(auto& self, auto visit) {
    visit(domain::required("subscribed", "always false"), self.subscribed);
  }
};

struct RouteResult {
  std::uint32_t shard = 0;
  bool here = true;
  std::string address;
  static void fields(auto& self, auto visit) {
    visit(domain::required("shard", "journal of the member"), self.shard);
    visit(domain::required("here", "the node that answers has it"), self.here);
    visit(domain::required("address", "HOST:PORT of the node that has it; empty: stay here"),
          self.address);
  }
};

}  // namespace loyalty::api
