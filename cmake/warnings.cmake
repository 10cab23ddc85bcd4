# What every target of ours is compiled with: onectx_options. Warnings are errors.
add_library(onectx_options INTERFACE)
target_include_directories(onectx_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(onectx_options INTERFACE
    _FILE_OFFSET_BITS=64 ONECTX_VERSION="${PROJECT_VERSION}" JSON_NO_IO=1 JSON_HAS_RANGES=0)
target_compile_options(onectx_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
    -Woverloaded-virtual -Wcast-align -Wnull-dereference -Wimplicit-fallthrough -Wformat=2 -Werror
    # Designated initializers name what they set; the members they leave out have defaults.
    -Wno-missing-field-initializers
    -ffunction-sections -fdata-sections -fstack-protector-strong)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # Result<T>'s TRY is a GNU statement expression on purpose; see common/result.h.
    target_compile_options(onectx_options INTERFACE -Wno-gnu-statement-expression-from-macro-expansion
                           # libstdc++ 12's stable_sort and stable_partition use what C++17 deprecates. What we
                           # use ourselves, gcc sees.
                           -Wno-deprecated-declarations)
else()
    # gcc 12 sees null dereferences, uninitialised members and overlapping copies that are not there, in the
    # standard library's own headers at -O2 (https://gcc.gnu.org/bugzilla/show_bug.cgi?id=105651).
    target_compile_options(onectx_options INTERFACE -Wno-null-dereference -Wno-maybe-uninitialized
                           -Wno-restrict)
endif()
target_link_options(onectx_options INTERFACE -Wl,--gc-sections -Wl,-z,relro -Wl,-z,now)
if(ONECTX_SANITIZE)
    # Lines for traces, and no code that -Og sees to be dead: objects a quarter the size, in less time. Null is
    # caught by the address sanitizer's trap; alignment and vptr, half of gcc's code, by the fuzzers' build.
    target_compile_options(onectx_options INTERFACE -g1 -Og -fsanitize=address,undefined
                           -fno-sanitize=null,alignment,vptr -fno-sanitize-recover=all
                           -fno-omit-frame-pointer -D_GLIBCXX_ASSERTIONS)
    target_link_options(onectx_options INTERFACE -fsanitize=address,undefined)
elseif(ONECTX_FUZZ)
    # Everything is instrumented, so that the fuzzers see which branches an input takes.
    target_compile_options(onectx_options INTERFACE -fsanitize=fuzzer-no-link,address,undefined
                           -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(onectx_options INTERFACE -fsanitize=address,undefined)
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    target_compile_options(onectx_options INTERFACE -D_FORTIFY_SOURCE=2)
endif()
