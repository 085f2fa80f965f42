// SPDX-License-Identifier: Apache-2.0
#include "cli/demo.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <map>
#include <optional>
#include <thread>

#include "cli/demo_report.hpp"
#include "cli/demo_story.hpp"
#include "cli/endpoint.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/notice_line.hpp"
#include "cli/terminal.hpp"

namespace loyalty::cli {
namespace {

using namespace std::chrono_literals;
using Failure = std::optional<net::CallError>;

constexpr int most_attempts = 20;
constexpr auto attempt_pause = 250ms;
constexpr auto last_notices_time = 300ms;
/// The member whose notices are shown live, and the promotion whose every step is among them.
constexpr std::string_view live_member = "ada";
constexpr std::string_view live_promotion = "latte-lovers";

bool is_worth_showing(const Value& notice) {
  constexpr std::array<std::string_view, 5> events{
      "tier_upgraded", "promotion_completed", "voucher_issued", "reward_near", "reward_reachable"};
  const std::string& event = notice["event"].text();
  if (event == "progress_updated") return notice["promotion"].text() == live_promotion;
  return std::find(events.begin(), events.end(), event) != events.end();
}

/// A second connection that hears of a member's events while the first one acts.
class LiveNotices {
 public:
  LiveNotices(ProgressLine& progress, bool quiet) : progress_(progress), quiet_(quiet) {}

  Failure subscribe(const std::string& connect_to) {
    auto client = connect(connect_to);
    if (!client) return client.error();
    client_ = std::move(*client);
    // From the first event on: a day that is replayed shows its notices again.
    const auto subscribed =
        ask(*client_, "subscribe",
            Value(Value::Fields{
                {"program", demo_program}, {"member", live_member}, {"from", std::int64_t{0}}}));
    if (!subscribed) return subscribed.error();
    if (!quiet_) {
      progress_.clear();
      std::printf("Live notices of %s, over a second connection\n",
                  std::string(live_member).c_str());
    }
    return std::nullopt;
  }

  /// Shows what has come; waits so long for more.
  void show(std::chrono::milliseconds patience) {
    if (!client_) return;
    while (const auto received = client_->next_notice(patience)) {
      const auto notice = Value::decode(received->body);
      if (quiet_ || !notice || !is_worth_showing(*notice)) continue;
      progress_.clear();
      std::printf("  %s\n", notice_line(*notice).c_str());
      std::fflush(stdout);
    }
  }

 private:
  ProgressLine& progress_;
  bool quiet_;
  std::optional<net::Client> client_;
};

class DemoRun {
 public:
  explicit DemoRun(const DemoOptions& options)
      : options_(options), notices_(progress_, options.json) {}

  Failure play(net::Client& client) {
    auto program = ask_patiently(client, "describe_program", with_program({}));
    if (!program) return program.error();
    day_.program = std::move(*program);
    if (!options_.json) {
      std::printf("The demo day of %s\n\n", day_.program["definition"]["name"].text().c_str());
    }
    const auto& story = demo_story();
    for (std::size_t i = 0; i < story.size(); ++i) {
      const DemoStep& step = story[i];
      progress_.show("[" + std::to_string(i + 1) + "/" + std::to_string(story.size()) + "] " +
                     std::string(step.member) + " " + std::string(step.what));
      if (auto failure = take(client, step)) return failure;
      if (step.member == live_member && step.method == "enroll_member") {
        if (auto failure = notices_.subscribe(options_.connect)) return failure;
      }
      notices_.show(0ms);
    }
    notices_.show(last_notices_time);
    progress_.clear();
    return std::nullopt;
  }

  Failure look(net::Client& client) {
    const auto collect = [&](std::string_view method, std::string_view kind,
                             const std::vector<std::string_view>& ids,
                             Value::Fields& into) -> Failure {
      for (const std::string_view id : ids) {
        auto answer = ask_patiently(client, method, with_program({{std::string(kind), id}}));
        if (!answer) return answer.error();
        into.emplace_back(id, std::move(*answer));
      }
      return std::nullopt;
    };
    auto failure = collect("get_member", "member", demo_members(), day_.members);
    if (!failure) {
      failure = collect("get_tier_progress", "member", demo_members(), day_.tier_progress);
    }
    if (!failure) failure = collect("get_vouchers", "member", demo_members(), day_.vouchers);
    if (!failure) {
      failure = collect("get_partner_position", "partner", demo_partners(), day_.partners);
    }
    return failure;
  }

  const DemoDay& day() const { return day_; }

 private:
  static Value with_program(Value::Fields fields) {
    fields.emplace_back("program", demo_program);
    return Value(std::move(fields));
  }

  /// A server that has just started may ask for patience; the keys make repeating harmless.
  static domain::Expected<Value, net::CallError> ask_patiently(net::Client& client,
                                                               std::string_view method,
                                                               const Value& params) {
    for (int attempt = 1;; ++attempt) {
      auto answer = ask(client, method, params);
      const bool again = !answer && answer.error().kind == net::CallError::Kind::refused &&
                         answer.error().error.retryable && attempt < most_attempts;
      if (!again) return answer;
      std::this_thread::sleep_for(attempt_pause);
    }
  }

  Value params_of(const DemoStep& step) const {
    Value params = with_program({});
    if (!step.member.empty()) params.set("member", step.member);
    params.set("key", "demo:" + std::string(step.key));
    for (const auto& [name, content] : step.params) {
      if (const auto* number = get_if<std::int64_t>(&content)) {
        params.set(name, *number);
      } else if (const auto text = get<std::string_view>(content); text == last_voucher) {
        const auto voucher = vouchers_.find(step.member);
        params.set(name, voucher == vouchers_.end() ? std::string() : voucher->second);
      } else {
        params.set(name, text);
      }
    }
    return params;
  }

  Failure take(net::Client& client, const DemoStep& step) {
    auto answer = ask_patiently(client, step.method, params_of(step));
    DemoDecision decision{.step = &step, .answer = {}, .refused = {}};
    if (answer) {
      if (!step.refusal.empty()) return unexpected(step, "was not refused");
      const auto& vouchers = (*answer)["vouchers"].items();
      if (!vouchers.empty()) vouchers_[step.member] = vouchers.back()["voucher"].text();
      decision.answer = std::move(*answer);
    } else {
      const net::CallError& error = answer.error();
      const bool expected = error.kind == net::CallError::Kind::refused && !step.refusal.empty() &&
                            error.error.code == step.refusal;
      if (!expected) return error;
      decision.refused = error.error.code;
    }
    day_.decisions.push_back(std::move(decision));
    return std::nullopt;
  }

  static net::CallError unexpected(const DemoStep& step, const std::string& what) {
    net::CallError error;
    error.kind = net::CallError::Kind::refused;
    error.error.code = "UNEXPECTED";
    error.error.text = "the step " + std::string(step.key) + " of the demo day " + what;
    return error;
  }

  const DemoOptions& options_;
  ProgressLine progress_;
  LiveNotices notices_;
  DemoDay day_;
  std::map<std::string_view, std::string> vouchers_;  ///< last one of each member
};

}  // namespace

int demo(const DemoOptions& options) {
  auto client = connect(options.connect);
  if (!client) {
    print_error(client.error());
    return exit_failed;
  }
  DemoRun run(options);
  auto failure = run.play(*client);
  if (!failure) failure = run.look(*client);
  if (failure) {
    print_error(*failure);
    return exit_failed;
  }
  if (options.json) {
    std::printf("%s\n", to_json(run.day().as_value(), JsonLayout::one_line).c_str());
    return exit_ok;
  }
  std::printf("\n");
  for (const auto& line : demo_report(run.day())) std::printf("%s\n", line.c_str());
  return exit_ok;
}

}  // namespace loyalty::cli
