// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/env.h>

#include <cstdint>
#include <memory>
#include <random>

namespace loyalty::persistence {

/// A disk that loses power: from its Nth operation on nothing is written any more, and then what
/// was never synced is lost, in whole or in part. (kill -9 tests nothing of this: the kernel keeps
/// what the process has written.)
class PowerLossDisk {
 public:
  PowerLossDisk();
  ~PowerLossDisk();
  rocksdb::Env* env();

  /// The power goes with the operation after next `operations`.
  void lose_power_after(std::uint64_t operations);
  bool is_dark() const;

  /// The disk as it is found when the power is back: of what was not synced some is gone, some is
  /// there, and some is garbled. Everything must be closed before.
  void restore_power(std::mt19937_64& chance);

  struct State;

 private:
  std::shared_ptr<State> state_;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace loyalty::persistence
