// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <boost/variant2/variant.hpp>
#include <mutex>
#include <thread>

#include "actors/clock.hpp"
#include "api/call.hpp"
#include "config/settings.hpp"
#include "persistence/store.hpp"

namespace loyalty::cli {

/// Carries out `replay_program`, one at a time, on threads of its own and of less priority than
/// those that serve. It reads the store beside the actors, which know nothing of it. Settings,
/// store and clock outlive it.
class ReplayService {
 public:
  ReplayService(const config::Settings& settings, persistence::Store& store,
                const actors::Clock& clock)
      : settings_(settings), store_(store), clock_(clock) {}
  ~ReplayService() { stop(); }
  ReplayService(const ReplayService&) = delete;
  ReplayService& operator=(const ReplayService&) = delete;

  /// Answers when the replay is done, or at once when there is one already. Any thread.
  void take(api::Call call);

  /// Ends the one that is under way; its caller is told.
  void stop();

 private:
  using Outcome = boost::variant2::variant<api::Result, api::Error>;
  Outcome safely_run(const api::Call& call);
  Outcome run(const api::Call& call);

  const config::Settings& settings_;
  persistence::Store& store_;
  const actors::Clock& clock_;
  std::mutex mutex_;  // of thread_
  std::thread thread_;
  std::atomic<bool> busy_{false};
  std::atomic<bool> stopping_{false};
};

}  // namespace loyalty::cli
