# The build rules that every folder uses: libraries, programs, tests and generated protocol code.

add_compile_options(-Wall -Wextra -Werror -Wno-unused-parameter -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)  # g++ 12 sees overlapping copies where std::string has none
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_options(-g1)  # backtraces from the field, at a tenth of the size of -g
endif()
if(BANGFU_SANITIZE)
  add_compile_options(-fsanitize=${BANGFU_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
    $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)  # clang 14 cannot compile it in coroutines
  add_link_options(-fsanitize=${BANGFU_SANITIZE})
endif()
if(BANGFU_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # No hash of the build folder and paths relative to the checkout: one cache serves all presets and clones.
  cmake_path(GET CMAKE_SOURCE_DIR PARENT_PATH checkout_parent)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${checkout_parent} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options(-fuse-ld=mold)
endif()

# Answers are made of thousands of small pieces of memory: a read costs a tenth less than with the C library's own.
if(NOT BANGFU_SANITIZE)
  find_library(JEMALLOC jemalloc)
endif()

# bangfu_library(<name> SOURCES <file>... [DEPS <target>...])
function(bangfu_library name)
  cmake_parse_arguments(P "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${P_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${P_DEPS})
endfunction()

# bangfu_program(<name> SOURCES <file>... [DEPS <target>...])
function(bangfu_program name)
  cmake_parse_arguments(P "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${P_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${P_DEPS} $<$<BOOL:${JEMALLOC}>:${JEMALLOC}>)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# bangfu_test(<name> SOURCES <file>... [DEPS <target>...] [LABELS <label>...])
# Tests labelled postgres find a server through BANGFU_TEST_POSTGRES, which tests/run sets.
function(bangfu_test name)
  cmake_parse_arguments(P "" "" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${P_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${P_DEPS} GTest::gtest GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300 LABELS "${P_LABELS}")
  if(BANGFU_SANITIZE STREQUAL "thread")
    set_tests_properties(${name} PROPERTIES ENVIRONMENT
      "TSAN_OPTIONS=ignore_noninstrumented_modules=1:suppressions=${CMAKE_SOURCE_DIR}/tests/tsan.supp")
  endif()
endfunction()

# bangfu_proto_library(<target> [GRPC] ROOT <dir> [IMPORTS <dir>...] PROTOS <path relative to ROOT>...)
# CMake 3.25's own protobuf_generate tracks no imports and misplaces files from outside the source tree.
function(bangfu_proto_library target)
  cmake_parse_arguments(P "GRPC" "ROOT" "IMPORTS;PROTOS" ${ARGN})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/gen/${target})
  file(MAKE_DIRECTORY ${out})
  add_library(${target} STATIC)
  list(TRANSFORM P_IMPORTS PREPEND -I OUTPUT_VARIABLE imports)
  foreach(rel IN LISTS P_PROTOS)
    string(REGEX REPLACE "\\.proto$" "" stem ${rel})
    set(outs ${out}/${stem}.pb.cc ${out}/${stem}.pb.h)
    set(extra)
    if(P_GRPC AND rel MATCHES "_service\\.proto$")
      # The gRPC outputs come first because protoc's depfile names them first; otherwise ninja rebuilds everything.
      list(PREPEND outs ${out}/${stem}.grpc.pb.cc ${out}/${stem}.grpc.pb.h)
      set(extra --grpc_out=${out} --plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>)
    endif()
    add_custom_command(OUTPUT ${outs}
      COMMAND protobuf::protoc --cpp_out=${out} ${extra} --dependency_out=${out}/${stem}.d
              -I ${P_ROOT} ${imports} ${P_ROOT}/${rel}
      DEPENDS ${P_ROOT}/${rel} gRPC::grpc_cpp_plugin
      DEPFILE ${out}/${stem}.d COMMAND_EXPAND_LISTS VERBATIM)
    target_sources(${target} PRIVATE ${outs})
  endforeach()
  target_include_directories(${target} SYSTEM PUBLIC ${out})
  target_compile_options(${target} PRIVATE -w)
  target_link_libraries(${target} PUBLIC protobuf::libprotobuf $<$<BOOL:${P_GRPC}>:gRPC::grpc++>)
endfunction()

# bangfu_migrations(<target> NAMESPACE <ns> SYMBOL <Name> FILES <file.sql>...): embeds the files, in order of name, as
# `const db::Migration k<Name>Migrations[]` and `const size_t k<Name>MigrationCount` in bangfu::<ns>.
function(bangfu_migrations target)
  cmake_parse_arguments(P "" "NAMESPACE;SYMBOL" "FILES" ${ARGN})
  set(source "#include \"common/db/migrate.h\"\n\nnamespace bangfu::${P_NAMESPACE} {\n\nextern const db::Migration k${P_SYMBOL}Migrations[] = {\n")
  set(count 0)
  foreach(file IN LISTS P_FILES)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file})
    file(READ ${file} sql)
    cmake_path(GET file FILENAME name)
    string(APPEND source "    {\"${name}\", R\"sqlfile(${sql})sqlfile\"},\n")
    math(EXPR count "${count} + 1")
  endforeach()
  string(APPEND source "};\nextern const size_t k${P_SYMBOL}MigrationCount = ${count};\n\n}  // namespace bangfu::${P_NAMESPACE}\n")
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${target}_migrations.cc CONTENT "${source}" @ONLY)
  target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/${target}_migrations.cc)
endfunction()
