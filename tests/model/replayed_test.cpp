// SPDX-License-Identifier: Apache-2.0
#include "codec/stored.hpp"
#include "replay/member_replay.hpp"
#include "tests/model/life.hpp"
#include "tests/model/member_model.hpp"
#include "tests/model/steps.hpp"
#include "tests/support/property.hpp"

/// Random lives in random programs, replayed: their own rules must make the same of them again.
namespace loyalty::model {
namespace {

struct Bound {
  domain::Instant now;
  bool asked;
  std::size_t begin;
};

TEST(AReplay, UnderItsOwnRulesEndsInTheSameState) {
  support::check_property(1'000, [] {
    const Case what = *any_case();
    const Settings settings = settings_of(what.knobs);
    MemberModel model(settings);
    Life life(settings);
    const Calendar& calendar = calendar_of(settings.zone);
    std::vector<Bound> bounds{{{settings.start}, true, 0}};  // the enrolment
    std::vector<domain::Instant> batch_runs;
    std::string told;
    for (const Step& step : what.steps) {
      const Ms now = time_of(step, model.now(), calendar);
      model.live_until(now);
      const Ask ask = ask_of(step, model, settings);
      model.take(ask);
      told += "  " + calendar.words(model.now()) + "  " + ask.words() + "\n";
      const std::size_t begin = life.history().size();
      const bool accepted = !life.take(ask, model.now()).refused;
      const bool asked = ask.deed != Deed::wait && ask.deed != Deed::run_batch;
      bounds.push_back({{model.now()}, accepted && asked, begin});
      if (ask.deed == Deed::run_batch) batch_runs.push_back({model.now()});
    }
    std::vector<replay::Turn> turns;
    const std::span<const domain::MemberFact> facts = life.history();
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      const std::size_t end = i + 1 < bounds.size() ? bounds[i + 1].begin : facts.size();
      turns.push_back(
          {bounds[i].now, bounds[i].asked, facts.subspan(bounds[i].begin, end - bounds[i].begin)});
    }
    domain::Program program;
    const auto definition = program_of(settings);
    program.id = definition.id;
    domain::execute(program, domain::ApplyProgram{definition}, {settings.start});
    const auto view = domain::view_of(program);
    replay::MemberReplayer replayer({*view, *view, batch_runs}, {});
    const auto& replay = replayer.replay("ada", turns);

    for (const auto& [refused, times] : replay.refused) {
      RC_FAIL(settings.words() + std::string(refused.first) + " is refused");
    }
    RC_ASSERT(replay.lost == 0U);
    if (codec::to_stored(replay.now) != codec::to_stored(replay.then)) {
      RC_FAIL(settings.words() + told + "the states differ");
    }
  });
}

}  // namespace
}  // namespace loyalty::model
