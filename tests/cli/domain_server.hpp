// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/call.hpp"
#include "domain/member/execute.hpp"
#include "domain/partner/partner.hpp"
#include "domain/program/program.hpp"
#include "net/server.hpp"

namespace loyalty::cli {

/// A whole loyalty server of one thread without a store: the real network, the real method table
/// and the real rules, on the Cloud Kicks program of the project. Its clock stands still.
class DomainServer {
 public:
  /// 2026-05-01T18:00Z, 11:00 in Los Angeles.
  static constexpr domain::Instant now{1'777'658'400'000};

  explicit DomainServer(std::string_view program_text = {}, net::Limits limits = {});
  ~DomainServer();
  DomainServer(const DomainServer&) = delete;
  DomainServer& operator=(const DomainServer&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  /// Answers so many writes with OVERLOADED before it does any.
  void refuse_next(int calls);
  /// After so many writes it does no more and says nothing more.
  void fall_silent_after(int writes);
  void wait_until_silent();
  void wait_for_subscriber();
  void wait_for_pings(int count);
  /// Closes all connections and listens again on the same port; what was done stays.
  void restart();
  int writes() const;

 private:
  struct Known {
    std::uint64_t payload = 0;
    std::string body;
  };
  struct Entity {
    domain::Member member;
    std::vector<domain::MemberFact> history;
    std::map<std::string, Known> keys;
  };
  struct Subscriber {
    std::string member;
    std::weak_ptr<api::Peer> peer;
  };

  void listen();
  void handle(std::span<const net::Incoming> calls);
  api::Reply reply_to(const net::Incoming& call);
  boost::variant2::variant<api::Result, api::Error> perform(api::Call& call);
  boost::variant2::variant<api::Result, api::Error> perform_write(
      api::Call& call, const domain::MemberCommand& command);
  boost::variant2::variant<api::Result, api::Error> run_batch(api::Call& call);
  boost::variant2::variant<api::Result, api::Error> subscribe(const api::Call& call);
  void notify(const Entity& entity, const domain::MemberFact& fact, api::Peer& peer) const;

  mutable std::mutex mutex_;
  domain::Program program_;
  std::shared_ptr<const domain::ProgramView> view_;
  std::map<std::string, Entity> members_;
  std::map<std::string, domain::PartnerLedger> partners_;
  std::map<std::string, Known> program_keys_;
  std::vector<Subscriber> subscribers_;
  std::uint64_t outbox_ = 0;
  int overloaded_ = 0;
  int writes_ = 0;
  int pings_ = 0;
  int silent_after_ = -1;
  std::condition_variable changed_;
  net::Limits limits_;
  std::uint16_t port_ = 0;
  std::unique_ptr<net::Server> server_;
};

}  // namespace loyalty::cli
