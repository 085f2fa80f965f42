// SPDX-License-Identifier: Apache-2.0
#include "cli/offline_store.hpp"

#include <filesystem>
#include <string_view>

#include "cli/exit_code.hpp"
#include "persistence/open_store.hpp"

namespace loyalty::cli {
namespace {

constexpr std::string_view rocksdb = "rocksdb:";

/// Opening creates what is missing, which is no use to who wants to read it.
bool is_missing(const std::string& url) {
  if (!url.starts_with(rocksdb)) return false;
  std::error_code ignored;
  return !std::filesystem::exists(std::filesystem::path(url.substr(rocksdb.size())) / "CURRENT",
                                  ignored);
}

using OpenedStore = domain::Expected<std::unique_ptr<persistence::Store>, OfflineFault>;

OpenedStore open_existing(const OfflineStore& wanted, bool beside_server) {
  if (wanted.url == "memory") {
    return domain::Unexpected{
        OfflineFault{"a memory store ends with its server: there is nothing to read", exit_usage}};
  }
  if (is_missing(wanted.url)) {
    return domain::Unexpected{OfflineFault{"no store at " + wanted.url, exit_not_available}};
  }
  auto store = persistence::open_store(
      wanted.url,
      {.state_directory = wanted.state_directory, .inspect = true, .beside_server = beside_server});
  if (store) return std::move(*store);
  OfflineFault fault = offline_fault(store.error());
  if (beside_server) fault.message = store.error().message;
  return domain::Unexpected{std::move(fault)};
}

}  // namespace

OfflineFault offline_fault(const persistence::StoreFault& fault) {
  switch (fault.kind) {
    case persistence::StoreFault::Kind::damaged: return {fault.message, exit_damaged};
    case persistence::StoreFault::Kind::invalid: return {fault.message, exit_usage};
    case persistence::StoreFault::Kind::unavailable:
      return {
          fault.message +
              "\nWhere a server uses the store, stop it first, or look at a copy that was taken "
              "while it was stopped.",
          exit_not_available};
    case persistence::StoreFault::Kind::foreign: break;
  }
  return {fault.message, exit_not_available};
}

OpenedStore open_offline(const OfflineStore& store) { return open_existing(store, false); }
OpenedStore open_beside_server(const OfflineStore& store) { return open_existing(store, true); }

}  // namespace loyalty::cli
