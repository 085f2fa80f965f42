// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tests/model/life.hpp"
#include "tests/model/member_model.hpp"

namespace loyalty::model {

/// The first figure in which the model and the domain differ, in words; "" when they agree.
std::string difference(const Answer& expected, const Answer& got);
std::string difference(const MemberModel& expected, const Life& got, const Settings& settings);

}  // namespace loyalty::model
