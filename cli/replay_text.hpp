// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "domain/time.hpp"
#include "replay/report.hpp"

namespace loyalty::cli {

/// The report of a replay for people. `zone`: in which its days are.
std::string replay_text(const replay::ReplayReport& report, const domain::Zone& zone);

}  // namespace loyalty::cli
