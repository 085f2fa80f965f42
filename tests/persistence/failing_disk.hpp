// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <memory>

namespace loyalty::persistence {

/// The machine's disk, until told to fail.
class FailingDisk {
 public:
  struct Faults {
    std::atomic<bool> full{false};        ///< appends write half and end in "no space"
    std::atomic<bool> sync_fails{false};  ///< the next sync of a log ends in an I/O error
    std::atomic<bool> sync_full{false};   ///< the next sync of a log ends in "no space"
  };

  FailingDisk();
  rocksdb::Env* env() { return env_.get(); }
  Faults& faults() { return *faults_; }

 private:
  std::shared_ptr<Faults> faults_;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace loyalty::persistence
