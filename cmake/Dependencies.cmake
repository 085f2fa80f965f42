# SPDX-License-Identifier: Apache-2.0
# Third-party libraries, all from Debian 12. Each is linked by one folder only (ARCHITECTURE.md).

find_package(Threads REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(date REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(RocksDB REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(LZ4 REQUIRED IMPORTED_TARGET liblz4)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(JEMALLOC REQUIRED IMPORTED_TARGET jemalloc)
# find_package(Hiredis) aborts cmake on Debian 12 (broken version file): pkg-config instead.
pkg_check_modules(HIREDIS REQUIRED IMPORTED_TARGET hiredis)

# Newer releases of msgpack-c call their package and target msgpack-cxx; Debian 12 has the old names.
find_package(msgpack-cxx QUIET)
if(TARGET msgpack-cxx)
  set(LOYALTY_MSGPACK_TARGET msgpack-cxx)
else()
  find_package(msgpack REQUIRED)
  set(LOYALTY_MSGPACK_TARGET msgpackc-cxx)
endif()
add_library(loyalty_msgpack INTERFACE)
target_link_libraries(loyalty_msgpack INTERFACE ${LOYALTY_MSGPACK_TARGET})
target_compile_definitions(loyalty_msgpack INTERFACE MSGPACK_NO_BOOST)

# Debian's libcaf-dev brings neither a CMake nor a pkg-config file.
find_path(CAF_INCLUDE_DIR caf/all.hpp REQUIRED)
find_library(CAF_CORE_LIBRARY caf_core REQUIRED)
file(STRINGS ${CAF_INCLUDE_DIR}/caf/config.hpp caf_version_line REGEX "#define CAF_VERSION ")
if(NOT caf_version_line MATCHES " 17[0-9][0-9]")
  message(FATAL_ERROR "CAF 0.17 is required (Debian 12: apt-get install libcaf-dev); "
                      "found: ${caf_version_line}")
endif()
add_library(loyalty_caf INTERFACE)
target_include_directories(loyalty_caf SYSTEM INTERFACE ${CAF_INCLUDE_DIR})
target_link_libraries(loyalty_caf INTERFACE ${CAF_CORE_LIBRARY} Threads::Threads)
# The middleman, between the nodes of a cluster.
find_path(CAF_IO_INCLUDE_DIR caf/io/all.hpp REQUIRED)
find_library(CAF_IO_LIBRARY caf_io REQUIRED)
add_library(loyalty_caf_io INTERFACE)
target_include_directories(loyalty_caf_io SYSTEM INTERFACE ${CAF_IO_INCLUDE_DIR})
target_link_libraries(loyalty_caf_io INTERFACE ${CAF_IO_LIBRARY} loyalty_caf)

if(LOYALTY_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
  # The stock client (python3-pynvim) belongs to Debian's interpreter, whatever comes first in PATH.
  find_program(Python3_EXECUTABLE python3 PATHS /usr/bin NO_DEFAULT_PATH)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
endif()
if(LOYALTY_BENCH)
  find_package(benchmark REQUIRED)
endif()
