# Libraries that are not ours, each as an imported target. Their headers are system headers, so our
# warnings do not apply to them.
find_package(PkgConfig REQUIRED)
find_package(nlohmann_json REQUIRED)

function(onectx_system_library name header library)
    find_path(${name}_INCLUDE ${header} REQUIRED)
    find_library(${name}_LIBRARY NAMES ${library} REQUIRED)
    add_library(${name} INTERFACE IMPORTED GLOBAL)
    target_include_directories(${name} SYSTEM INTERFACE ${${name}_INCLUDE})
    target_link_libraries(${name} INTERFACE ${${name}_LIBRARY})
endfunction()

# Linked as archives even into the dynamic guest and the host: Debian's guest must not need them.
onectx_system_library(mbedcrypto mbedtls/sha256.h libmbedcrypto.a)
onectx_system_library(mbedx509 mbedtls/x509.h libmbedx509.a)
onectx_system_library(mbedtls mbedtls/ssl.h libmbedtls.a)
target_link_libraries(mbedtls INTERFACE mbedx509 mbedcrypto)
target_link_libraries(mbedx509 INTERFACE mbedcrypto)
onectx_system_library(cares ares.h libcares.a)
onectx_system_library(crypt crypt.h libcrypt.a)
onectx_system_library(inih ini.h libinih.a)
onectx_system_library(expat expat.h libexpat.a)
onectx_system_library(yaml yaml.h libyaml.a)
onectx_system_library(zlib zlib.h libz.a)

if(ONECTX_GUEST_LINK STREQUAL "static")
    onectx_system_library(blkid blkid/blkid.h libblkid.a)
    if(NOT ONECTX_LIBUDEV)
        message(FATAL_ERROR "A static guest needs -DONECTX_LIBUDEV=/path/to/libudev.a (packaging/build-libudev "
                            "makes one), or say -DONECTX_GUEST_LINK=dynamic")
    endif()
    find_path(udev_INCLUDE libudev.h REQUIRED)
    add_library(udev INTERFACE IMPORTED GLOBAL)
    target_include_directories(udev SYSTEM INTERFACE ${udev_INCLUDE})
    find_library(cap_LIBRARY NAMES libcap.a REQUIRED)
    target_link_libraries(udev INTERFACE ${ONECTX_LIBUDEV} ${cap_LIBRARY})
else()
    onectx_system_library(blkid blkid/blkid.h blkid)
    onectx_system_library(udev libudev.h udev)
endif()

if(ONECTX_HOST)
    find_package(CLI11 REQUIRED)
    # Static: the shared one would bring the shared libstdc++ with it, and a build takes twice as long.
    onectx_system_library(pugixml pugixml.hpp libpugixml.a)
    # libisofs takes `struct burn_source` from libburn's header and nothing from its library.
    pkg_check_modules(isofs REQUIRED IMPORTED_TARGET libisofs-1)
    # Its header alone: the library is loaded when a file is to be downloaded (host/curl.h).
    find_path(curl_INCLUDE curl/curl.h REQUIRED)
    add_library(curl_header INTERFACE IMPORTED GLOBAL)
    target_include_directories(curl_header SYSTEM INTERFACE ${curl_INCLUDE})
endif()
