// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// Places in a member's life.
namespace loyalty::domain {

/// A fact's place in its member's life: 1, 2, 3, ... A journal, a lot and a voucher are named by
/// the sequence of the fact that made them; 0 means "none".
using Sequence = std::uint64_t;

}  // namespace loyalty::domain
