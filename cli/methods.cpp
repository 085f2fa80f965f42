// SPDX-License-Identifier: Apache-2.0
#include "cli/methods.hpp"

#include <cstdio>
#include <string>

#include "api/errors.hpp"
#include "api/methods.hpp"
#include "cli/exit_code.hpp"

namespace loyalty::cli {
namespace {

std::string output_text(MethodsOutput output) {
  switch (output) {
    case MethodsOutput::markdown: return api::methods_markdown();
    case MethodsOutput::errors: return api::all_codes();
    case MethodsOutput::names: break;
  }
  std::string text;
  for (const auto& name : api::method_names()) text += name + "\n";
  return text;
}

}  // namespace

int methods(MethodsOutput output) {
  std::fputs(output_text(output).c_str(), stdout);
  return exit_ok;
}

}  // namespace loyalty::cli
