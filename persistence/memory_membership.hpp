// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "persistence/membership.hpp"

namespace loyalty::persistence {

/// A table of nodes that lives as long as the object, for tests; of nodes that use this store.
std::unique_ptr<Membership> make_memory_membership(Store& store);

}  // namespace loyalty::persistence
