// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rapidcheck.h>

#include <iosfwd>
#include <vector>

#include "tests/model/ask.hpp"
#include "tests/model/member_model.hpp"

namespace loyalty::model {

/// One step of a random life: a deed after some waiting, told in small numbers, so that a step
/// means something wherever it stands in a sequence and however many others are left out.
struct Step {
  Deed deed = Deed::wait;
  int wait = 0;  ///< picks how the waiting is meant
  int span = 0;  ///< how much of it
  int number = 0;
  int which = 0;
  int detail = 0;
};

/// A program and what happens in it.
struct Case {
  std::vector<int> knobs;
  std::vector<Step> steps;
};
rc::Gen<Case> any_case();
std::ostream& operator<<(std::ostream& out, const Case& what);

/// When a step happens that follows on `now`: at once, minutes, days or years later, or around a
/// midnight.
Ms time_of(const Step& step, Ms now, const Calendar& calendar);

/// What a step asks for. Of the model it needs how many activities, redemptions and holds there
/// are to speak about, and what is kept of an activity.
Ask ask_of(const Step& step, const MemberModel& model, const Settings& settings);

}  // namespace loyalty::model
