// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <vector>

namespace loyalty::bench {

/// Seconds of processor time so far: of processes with all their threads and the children that they
/// have or had, of this process, and of the whole machine.
double cpu_of(const std::vector<pid_t>& processes);
double own_cpu();
double machine_cpu();

/// Keeps this process on one core.
void pin_to(int core);

}  // namespace loyalty::bench
