// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "cli/purchase_log.hpp"
#include "domain/expected.hpp"
#include "net/client.hpp"

namespace loyalty::cli {

/// What the answer to a purchase says about points.
struct PurchaseAnswer {
  bool replayed = false;
  /// Credited and pending, by currency; a currency may occur twice.
  std::vector<std::pair<std::string_view, std::int64_t>> points;
};

/// nullopt when it is no such answer. The views are into `body`.
std::optional<PurchaseAnswer> read_purchase_answer(std::string_view body);

/// Sends purchases through a server: many at a time, but those of one member one after the other
/// and in their order, also when the server asks for patience. So at any moment each member has
/// taken exactly a first part of its rows, and a run that broke off can simply be repeated.
class PurchaseStream {
 public:
  struct Options {
    std::string program;
    bool enroll = false;  ///< enrol a member before its first row, at the time of that row
    std::size_t window_per_connection = 256;
    std::chrono::milliseconds patience{30'000};         ///< without any answer
    std::chrono::milliseconds retry_patience{120'000};  ///< with "come back later" only
  };
  /// Called from step(), once for each row.
  struct Listener {
    std::function<void(const PurchaseRow&, const PurchaseAnswer&)> accepted;
    std::function<void(const PurchaseRow&, const net::CallError&)> refused;
  };

  PurchaseStream(Options options, std::vector<net::Client> connections, Listener listener);

  void add(PurchaseRow row);
  /// Rows added and not yet answered.
  std::size_t open_rows() const { return open_rows_; }
  /// Sends what can be sent and takes the answers that are there; waits for some where there is
  /// nothing else to do. An error ends the stream.
  std::optional<net::CallError> step();

 private:
  using Clock = std::chrono::steady_clock;

  /// The rows of one member.
  struct Lane {
    std::deque<PurchaseRow> rows;
    std::size_t link = 0;
    bool enrolling = false;  ///< what is on its way is the enrolment
    int retries = 0;
    Clock::time_point retrying_since;
  };
  struct Link {
    net::Client client;
    std::deque<Lane*> ready;
    std::unordered_map<std::uint32_t, Lane*> waiting;
  };

  void send(Link& link, Lane& lane);
  void take_answers(Link& link);
  void take_answer(Lane& lane, const net::AnswerView& answer);
  void take_refusal(Lane& lane, net::CallError error);
  void finish_row(Lane& lane);
  void wait();
  std::optional<net::CallError> failure() const;

  Options options_;
  Listener listener_;
  std::vector<Link> links_;
  std::unordered_map<std::string, Lane> lanes_;  ///< of members with open rows
  std::unordered_set<std::string> enrolled_;
  std::multimap<Clock::time_point, Lane*> delayed_;
  std::size_t open_rows_ = 0;
  Clock::time_point last_answer_ = Clock::now();
  std::optional<net::CallError> fatal_;
};

}  // namespace loyalty::cli
