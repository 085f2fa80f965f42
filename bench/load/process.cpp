// SPDX-License-Identifier: Apache-2.0
#include "bench/load/process.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

namespace loyalty::bench {
namespace {

double ticks() { return static_cast<double>(::sysconf(_SC_CLK_TCK)); }

/// Of the process itself and of its children that have ended.
double cpu_of_process(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text);
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(text.substr(name_end + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  double children_user = 0;
  double children_system = 0;
  fields >> user >> system >> children_user >> children_system;
  return (user + system + children_user + children_system) / ticks();
}

std::vector<pid_t> children_of(pid_t process) {
  const std::string name = std::to_string(process);
  std::ifstream file("/proc/" + name + "/task/" + name + "/children");
  std::vector<pid_t> children;
  for (pid_t child = 0; file >> child;) children.push_back(child);
  return children;
}

}  // namespace

double cpu_of(const std::vector<pid_t>& processes) {
  double sum = 0;
  for (const pid_t process : processes) {
    sum += cpu_of_process(process);
    for (const pid_t child : children_of(process)) sum += cpu_of_process(child);
  }
  return sum;
}

double own_cpu() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double machine_cpu() {
  std::ifstream file("/proc/stat");
  std::string skipped;
  file >> skipped;
  double busy = 0;
  // user, nice, system, idle, waiting, irq, softirq, steal
  for (int i = 0; i < 8; ++i) {
    double value = 0;
    file >> value;
    if (i != 3 && i != 4) busy += value;
  }
  return busy / ticks();
}

void pin_to(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<std::size_t>(core), &cores);
  if (::sched_setaffinity(0, sizeof(cores), &cores) != 0) std::perror("sched_setaffinity");
}

}  // namespace loyalty::bench
