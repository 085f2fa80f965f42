// SPDX-License-Identifier: Apache-2.0
#include "config/suggestion.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace loyalty::config {
namespace {

// Levenshtein's distance, with one row of the table at a time.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string_view closest(std::string_view word, const std::vector<std::string_view>& candidates) {
  constexpr std::size_t longest_word = 64;
  if (word.size() > longest_word) return {};
  std::string_view best;
  std::size_t fewest = 4;
  for (const std::string_view candidate : candidates) {
    const std::size_t edits = edits_between(word, candidate);
    const std::size_t allowed = std::max<std::size_t>(candidate.size() / 3, 1);
    if (edits < fewest && edits <= allowed) {
      best = candidate;
      fewest = edits;
    }
  }
  return best;
}

std::string expected_one_of(std::string_view word,
                            const std::vector<std::string_view>& candidates) {
  const std::string_view meant = closest(word, candidates);
  if (!meant.empty()) return "did you mean \"" + std::string(meant) + "\"?";
  std::string text = "expected one of";
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    text += (i == 0 ? " " : ", ") + std::string(candidates[i]);
  }
  return text;
}

}  // namespace loyalty::config
