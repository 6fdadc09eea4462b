# Target tlsock::wolfcrypt: our own build of wolfCrypt, or an installed one with TLSOCK_SYSTEM_WOLFCRYPT.
#
# Our build takes a minute of processor time. So it is done once for each set of flags and settings, when CMake
# configures, and kept in a cache folder for all build trees: ${XDG_CACHE_HOME:-~/.cache}/tlsock, or TLSOCK_CACHE_DIR.

include(wolfcrypt-version)

add_library(tlsock_wolfcrypt INTERFACE)
add_library(tlsock::wolfcrypt ALIAS tlsock_wolfcrypt)

if(TLSOCK_SYSTEM_WOLFCRYPT)
  include(wolfcrypt-system)
  return()
endif()

set(TLSOCK_CACHE_DIR "" CACHE PATH "folder for wolfCrypt's source archive and builds")
set(cache "${TLSOCK_CACHE_DIR}")
if(NOT cache AND DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
  set(cache "$ENV{XDG_CACHE_HOME}/tlsock")
elseif(NOT cache AND DEFINED ENV{HOME} AND IS_DIRECTORY "$ENV{HOME}" AND NOT "$ENV{HOME}" STREQUAL "/")
  set(cache "$ENV{HOME}/.cache/tlsock")
elseif(NOT cache)
  set(cache "${PROJECT_BINARY_DIR}/cache")
endif()
file(MAKE_DIRECTORY ${cache})

# find_archive sets `archive`: what the user names, else what the cache folder holds, else what a download gives.
macro(find_archive)
  set(archive "${TLSOCK_WOLFSSL_TARBALL}")
  if(NOT archive)
    set(archive "$ENV{TLSOCK_WOLFSSL_TARBALL}")
  endif()
  if(archive AND NOT EXISTS "${archive}")
    message(FATAL_ERROR "TLSOCK_WOLFSSL_TARBALL names a file that is not there: ${archive}")
  endif()
  if(NOT archive)
    find_cached_archive()
  endif()
  if(NOT archive AND TLSOCK_NO_FETCH)
    message(FATAL_ERROR "wolfCrypt's source archive is not there, and TLSOCK_NO_FETCH forbids to download it. "
      "Set TLSOCK_WOLFSSL_TARBALL to wolfSSL ${TLSOCK_WOLFSSL_VERSION}'s source archive or put that into ${cache}, "
      "or use an installed wolfSSL by TLSOCK_SYSTEM_WOLFCRYPT.")
  endif()
  if(NOT archive)
    message(STATUS "wolfCrypt: downloading the source archive to ${cache}")
    execute_process(COMMAND ${PROJECT_SOURCE_DIR}/packaging/fetch-wolfssl ${cache} ${TLSOCK_WOLFSSL_VERSION}
      RESULT_VARIABLE failed)
    find_cached_archive()
    if(failed OR NOT archive)
      message(FATAL_ERROR "wolfCrypt's source archive could not be downloaded (see above). Set TLSOCK_WOLFSSL_TARBALL "
        "to wolfSSL ${TLSOCK_WOLFSSL_VERSION}'s source archive, or put that into ${cache}.")
    endif()
  endif()
endmacro()

# The pinned version if it is there, else the newest.
macro(find_cached_archive)
  file(GLOB archive "${cache}/wolfssl[_-]${TLSOCK_WOLFSSL_VERSION}*.tar.*")
  if(NOT archive)
    file(GLOB archive "${cache}/wolfssl[_-]*.tar.*")
    list(SORT archive COMPARE NATURAL ORDER DESCENDING)
  endif()
  if(archive)
    list(GET archive 0 archive)
  endif()
endmacro()

# One process at a time looks, downloads and builds; the others find the result.
file(LOCK ${cache}/lock GUARD FILE TIMEOUT 1800 RESULT_VARIABLE locked)
if(locked)
  message(FATAL_ERROR "wolfCrypt: ${cache}/lock cannot be locked: ${locked}")
endif()

find_archive()
file(SHA256 ${archive} hash)
set(version ${TLSOCK_WOLFSSL_VERSION})
if(NOT hash STREQUAL TLSOCK_WOLFSSL_SHA256)
  # The name inside tells the version, whatever the file is called.
  execute_process(COMMAND ${CMAKE_COMMAND} -E tar tf ${archive} OUTPUT_VARIABLE names ERROR_QUIET)
  if(NOT names MATCHES "(^|\n)(\\./)?wolfssl-([0-9.]+)[^/\n]*/wolfcrypt/src/aes\\.c")
    message(FATAL_ERROR "${archive} is not an archive of wolfSSL's sources. Delete it, or name another one by "
      "TLSOCK_WOLFSSL_TARBALL.")
  endif()
  set(version ${CMAKE_MATCH_3})
  if(version VERSION_EQUAL TLSOCK_WOLFSSL_VERSION)
    message(FATAL_ERROR "${archive} says that it is wolfSSL ${version}, but its SHA-256 is\n  ${hash}\nand not\n"
      "  ${TLSOCK_WOLFSSL_SHA256}\nDelete it: the next run downloads it anew.")
  endif()
  message(WARNING "wolfCrypt ${version} is used; this library is tested with ${TLSOCK_WOLFSSL_VERSION}.")
endif()

# -O2 always: only our own code is worth a debugger, and unoptimised bignums make tests slow.
set(flags -O2 -g1 -DNDEBUG)
if(tlsock_wolfcrypt_sanitize)
  list(JOIN tlsock_wolfcrypt_sanitize "," list)
  list(APPEND flags -fsanitize=${list})
endif()
list(JOIN flags " " flags)
string(STRIP "${CMAKE_C_FLAGS} ${flags}" flags)

# Everything that goes into the result goes into its name.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS packaging/wolfcrypt/user_settings.h
  packaging/wolfcrypt/CMakeLists.txt)
file(SHA256 ${PROJECT_SOURCE_DIR}/packaging/wolfcrypt/user_settings.h settings_hash)
file(SHA256 ${PROJECT_SOURCE_DIR}/packaging/wolfcrypt/CMakeLists.txt recipe_hash)
string(SHA256 key "${hash} ${settings_hash} ${recipe_hash} ${flags} ${CMAKE_C_COMPILER} ${CMAKE_C_COMPILER_ID} \
${CMAKE_C_COMPILER_VERSION} ${CMAKE_SYSTEM_PROCESSOR} ${CMAKE_TOOLCHAIN_FILE}")
string(SUBSTRING ${key} 0 16 key)
set(wolfcrypt ${cache}/wolfcrypt-${version}-${key})

# run_step runs one command of the build, and shows its output if it fails.
function(run_step)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(failed)
    message(FATAL_ERROR "wolfCrypt cannot be built: ${failed}\n${output}")
  endif()
endfunction()

if(NOT EXISTS ${wolfcrypt}/lib/libwolfcrypt.a)
  message(STATUS "wolfCrypt ${version}: building ${wolfcrypt} (${flags})")
  set(work ${wolfcrypt}.work)
  file(REMOVE_RECURSE ${work} ${wolfcrypt})
  file(ARCHIVE_EXTRACT INPUT ${archive} DESTINATION ${work}/source PATTERNS "*/wolfcrypt/src/*" "*/wolfssl/*.h")
  file(GLOB source ${work}/source/*/wolfcrypt)
  cmake_path(GET source PARENT_PATH source)
  set(toolchain)
  if(CMAKE_TOOLCHAIN_FILE)
    set(toolchain -DCMAKE_TOOLCHAIN_FILE=${CMAKE_TOOLCHAIN_FILE})
  endif()
  cmake_host_system_information(RESULT jobs QUERY NUMBER_OF_LOGICAL_CORES)
  run_step(${CMAKE_COMMAND} -S ${PROJECT_SOURCE_DIR}/packaging/wolfcrypt -B ${work}/build -G ${CMAKE_GENERATOR}
    -DCMAKE_MAKE_PROGRAM=${CMAKE_MAKE_PROGRAM} -DCMAKE_C_COMPILER=${CMAKE_C_COMPILER}
    -DCMAKE_C_COMPILER_LAUNCHER=${CMAKE_C_COMPILER_LAUNCHER} -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS=${flags}
    -DCMAKE_INSTALL_PREFIX=${work}/install -DWOLFSSL_SOURCE=${source} ${toolchain})
  run_step(${CMAKE_COMMAND} --build ${work}/build --parallel ${jobs})
  run_step(${CMAKE_COMMAND} --install ${work}/build)
  # A result is there whole or not at all.
  file(RENAME ${work}/install ${wolfcrypt})
  file(REMOVE_RECURSE ${work})
else()
  message(STATUS "wolfCrypt ${version}: ${wolfcrypt}")
endif()
file(LOCK ${cache}/lock RELEASE)

target_include_directories(tlsock_wolfcrypt SYSTEM INTERFACE ${wolfcrypt}/include)
target_compile_definitions(tlsock_wolfcrypt INTERFACE WOLFSSL_USER_SETTINGS)
target_link_libraries(tlsock_wolfcrypt INTERFACE ${wolfcrypt}/lib/libwolfcrypt.a ${CMAKE_DL_LIBS})
