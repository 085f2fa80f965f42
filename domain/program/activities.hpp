// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace loyalty::domain {

/// The activity types every program has (domain.md F7); it may name more of its own.
inline constexpr std::array<std::string_view, 6> built_in_activities{
    "purchase", "review", "enrollment", "survey", "training", "certification"};

}  // namespace loyalty::domain
