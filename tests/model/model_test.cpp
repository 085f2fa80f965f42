// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <string>

#include "tests/model/difference.hpp"
#include "tests/model/life.hpp"
#include "tests/model/member_model.hpp"
#include "tests/model/steps.hpp"
#include "tests/support/property.hpp"

/// The domain against an independent model of the member's ledger, written from the specification
/// alone. LOYALTY_MODEL_CASES sets the number of random lives (tools/long_tests: 100,000).
namespace loyalty::model {
namespace {

int cases() {
  const char* wanted = std::getenv("LOYALTY_MODEL_CASES");
  return wanted ? std::atoi(wanted) : 2'000;
}

/// Steps a life of the model along and tells it in words.
class Script {
 public:
  explicit Script(const Case& what)
      : settings(settings_of(what.knobs)), model(settings), text_(settings.words()) {}

  /// The next thing to ask, at model.now().
  Ask next(const Step& step) {
    const Calendar& calendar = calendar_of(settings.zone);
    model.live_until(time_of(step, model.now(), calendar));
    const Ask ask = ask_of(step, model, settings);
    text_ += "  " + calendar.words(model.now()) + "  " + ask.words();
    if (ask.at != model.now()) text_ += ", on " + calendar.words(ask.at);
    text_ += "\n";
    return ask;
  }
  void require(const std::string& broken) const {
    if (!broken.empty()) RC_FAIL(text_ + "=> " + broken);
  }

  const Settings settings;
  MemberModel model;

 private:
  std::string text_;
};

TEST(TheDomain, AgreesWithTheModelAndConservesAllPoints) {
  support::check_property(cases(), [] {
    const Case what = *any_case();
    Script script(what);
    Life life(script.settings);
    for (const Step& step : what.steps) {
      const Ask ask = script.next(step);
      const Answer got = life.take(ask, script.model.now());
      script.require(difference(script.model.take(ask), got));
      script.require(difference(script.model, life, script.settings));
      script.require(life.broken_law());
    }
    script.require(life.broken_history());
  });
}

TEST(TheDomain, TracesAndReplaysAfterEveryCommand) {
  support::check_property(cases() / 10, [] {
    const Case what = *any_case();
    Script script(what);
    Life life(script.settings);
    for (const Step& step : what.steps) {
      const Ask ask = script.next(step);
      script.model.take(ask);
      life.take(ask, script.model.now());
      script.require(life.broken_history());
    }
  });
}

TEST(TheDomain, IsTheSameWokenAtEveryDueInstantOrLate) {
  support::check_property(cases() / 2, [] {
    const Case what = *any_case();
    Script script(what);
    Life late(script.settings);
    Life on_time(script.settings);
    for (const Step& step : what.steps) {
      const Ask ask = script.next(step);
      script.model.take(ask);
      on_time.wake_on_time(script.model.now());
      late.take(ask, script.model.now());
      on_time.take(ask, script.model.now());
      if (late.stored() != on_time.stored()) script.require("timely and late timers differ");
    }
  });
}

TEST(TheDomain, GoesOnTheSameAfterARestartAnywhere) {
  support::check_property(cases() / 2, [] {
    const Case what = *any_case();
    const auto cut = *rc::gen::inRange<std::size_t>(0, 40);
    Script script(what);
    Life through(script.settings);
    Life restarted(script.settings);
    std::string snapshot = through.stored();
    std::size_t facts = through.history().size();
    for (std::size_t i = 0; i < what.steps.size(); ++i) {
      const Ask ask = script.next(what.steps[i]);
      script.model.take(ask);
      through.take(ask, script.model.now());
      restarted.take(ask, script.model.now());
      if (i == cut) {
        snapshot = through.stored();
        facts = through.history().size();
        restarted.restart();
      }
    }
    if (through.stored() != restarted.stored()) script.require("a restart is noticed");
    if (Life::replayed(snapshot, facts, through.history()) != through.stored()) {
      script.require("a snapshot and the facts after it give another state");
    }
  });
}

}  // namespace
}  // namespace loyalty::model
