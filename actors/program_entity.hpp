// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/entity.hpp"
#include "domain/program/program.hpp"

namespace loyalty::actors {

/// A program: its versions, and the batch runs.
class ProgramEntity final : public Entity {
 public:
  explicit ProgramEntity(const std::string& key);

  std::uint64_t sequence() const override { return program_.sequence; }
  /// What members are decided with; null while the program does not exist.
  ProgramRegistry::View view();

 protected:
  void execute(Work& work) override;
  void answer_with_history(Work& work, std::span<const RecordView> history) override;
  bool replay_facts(const RecordView& record) override;
  void write_state(codec::Writer& out) const override;
  bool read_state(codec::Reader& in) override;

 private:
  void command(Work& work, const domain::ProgramCommand& command);

  domain::Program program_;
  ProgramRegistry::View view_;  // the last one made: the next takes over what it has compiled
};

}  // namespace loyalty::actors
