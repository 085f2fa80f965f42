// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// As much of MessagePack as the client needs: writing into room that is there, and stepping over
/// values.
namespace loyalty::bench::msgpack {

/// Each writer returns the end of what it wrote.
char* put_unsigned(char* at, std::uint32_t number);
char* put_string(char* at, std::string_view text);

/// The size of the value that `bytes` begins with; 0: it is not whole yet. Ends the program at a
/// byte that no server of ours sends.
std::size_t size_of_value(std::string_view bytes);
/// A number of at most 32 bits, whole at `bytes`.
std::uint32_t read_unsigned(std::string_view bytes);
/// The text of a string of less than 256 bytes, whole at `bytes`; "": it is none.
std::string_view read_string(std::string_view bytes);

}  // namespace loyalty::bench::msgpack
