// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "domain/expected.hpp"
#include "persistence/store.hpp"

namespace loyalty::cli {

/// Why a command that reads a store without a server cannot: what to say, and the exit code.
struct OfflineFault {
  std::string message;
  int code;
};

/// Which store to read.
struct OfflineStore {
  std::string url;
  /// Of the server that used it; "": a Redis store is not compared with what was acknowledged.
  std::string state_directory;
};

/// Opens a store that exists, to read it. None is ever created.
domain::Expected<std::unique_ptr<persistence::Store>, OfflineFault> open_offline(
    const OfflineStore& store);

/// The same also while a server uses the store: what is read is as it is at this moment, and of
/// Redis as it is when it is read.
domain::Expected<std::unique_ptr<persistence::Store>, OfflineFault> open_beside_server(
    const OfflineStore& store);

/// The same words for a fault that came later.
OfflineFault offline_fault(const persistence::StoreFault& fault);

}  // namespace loyalty::cli
