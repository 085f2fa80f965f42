// SPDX-License-Identifier: Apache-2.0
#include "cli/describe.hpp"

#include <chrono>
#include <cstdio>

#include "cli/endpoint.hpp"
#include "cli/exit_code.hpp"
#include "codec/wire.hpp"
#include "config/program_writer.hpp"
#include "domain/program/program.hpp"

namespace loyalty::cli {
namespace {

constexpr std::chrono::seconds describe_patience{30};

// A comment ends with its line.
std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return text;
}

}  // namespace

int describe(const DescribeOptions& options) {
  auto client = connect(options.connect);
  if (!client) {
    print_error(client.error());
    return exit_failed;
  }
  const Value params(Value::Fields{{"program", options.program}});
  const auto answer = client->call("describe_program", params.encoded(), describe_patience);
  if (!answer) {
    print_error(answer.error());
    return exit_failed;
  }
  domain::DescribeResult described;
  codec::Reader in(*answer);
  codec::WireFault fault;
  if (!codec::read_wire(in, described, fault)) {
    std::fprintf(stderr,
                 "loyalty describe: the answer of the server is another than expected: "
                 "%s: expected %s\n",
                 fault.param.c_str(), fault.expected.c_str());
    return exit_failed;
  }
  std::printf("# %s, version %u, %s\n", described.definition.id.c_str(), described.version,
              std::string(name_of(described.status)).c_str());
  for (const auto& warning : described.warnings) {
    std::printf("# warning: %s: %s\n", warning.path.c_str(), one_line(warning.message).c_str());
  }
  std::printf("\n%s", config::write_program(described.definition).c_str());
  return exit_ok;
}

}  // namespace loyalty::cli
