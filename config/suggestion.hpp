// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loyalty::config {

/// The candidate that a misspelt word most likely means: the one within a few edits (a third of
/// its length, at most 3); empty when none is that close.
std::string_view closest(std::string_view word, const std::vector<std::string_view>& candidates);

/// "expected one of a, b, c"; with a suggestion, "did you mean a?".
std::string expected_one_of(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace loyalty::config
