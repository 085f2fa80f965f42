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

struct ClusterNodeView {
  std::string name;
  std::string state;
  std::string client_address;
  std::string peer_address;
  std::uint32_t shards = 0;
  static void fields(auto& self, auto visit) {
    visit(domain::required("name", "of the node"), self.name);
    visit(domain::required("state", "joining, up, draining or dead"), self.state);
    visit(domain::required("client_address", "where it takes calls"), self.client_address);
    visit(domain::required("peer_address", "where other nodes reach it"), self.peer_address);
    visit(domain::required("shards", "how many it has"), self.shards);
  }
};

struct ClusterShardView {
  std::uint32_t shard = 0;
  std::string node;
  std::string belongs;
  bool pinned = false;
  static void fields(auto& self, auto visit) {
    visit(domain::required("shard", "number"), self.shard);
    visit(domain::required("node", "where it is served; empty: nowhere"), self.node);
    visit(domain::required("belongs", "where it is to be; empty: no node is up"), self.belongs);
    visit(domain::required("pinned", "somebody has put it there"), self.pinned);
  }
};

/// The cluster as the node sees it that was asked.
struct ClusterResult {
  std::string node;
  std::uint64_t version = 0;
  std::vector<ClusterNodeView> nodes;
  std::vector<ClusterShardView> shards;
  static void fields(auto& self, auto visit) {
    visit(domain::required("node", "the node that answers"), self.node);
    visit(domain::required("version", "of the table of nodes"), self.version);
    visit(domain::required("nodes", "all nodes, by name"), self.nodes);
    visit(domain::required("shards", "all shards"), self.shards);
  }
};

struct SubscriptionResult {
  std::uint64_t sequence = 0;
  static void fields(auto& self, auto visit) {
    visit(domain::required("sequence", "of the last fact; later ones are sent"), self.sequence);
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
