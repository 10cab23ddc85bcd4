# Where things go in an installation: two components, `host` and `guest`, as the packages are cut.
# What starts the guest is chosen with ONECTX_INIT; the same files are literals of `onectx-guest install`.
# The guest reads /etc, whatever the prefix.
set(ONECTX_INIT "systemd;udev" CACHE STRING "What starts the guest: systemd, openrc or sysv, and udev")

install(TARGETS onectx-guest DESTINATION ${CMAKE_INSTALL_SBINDIR} COMPONENT guest)
install(FILES man/onectx-guest.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8 COMPONENT guest)
install(FILES man/onectx-guest.conf.5 man/onectx-context.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5 COMPONENT guest)
install(FILES packaging/guest.conf DESTINATION /etc/onectx COMPONENT guest)
# systemd and udev look below /usr/lib, whatever the architecture's library folder is called.
if("systemd" IN_LIST ONECTX_INIT)
    file(GLOB units CONFIGURE_DEPENDS init/systemd/*)
    install(FILES ${units} DESTINATION lib/systemd/system COMPONENT guest)
    install(FILES init/preset/80-onectx.preset DESTINATION lib/systemd/system-preset COMPONENT guest)
endif()
if("udev" IN_LIST ONECTX_INIT)
    file(GLOB rules CONFIGURE_DEPENDS init/udev/*)
    install(FILES ${rules} DESTINATION lib/udev/rules.d COMPONENT guest)
endif()
foreach(kind sysv openrc)
    if("${kind}" IN_LIST ONECTX_INIT)
        file(GLOB scripts CONFIGURE_DEPENDS init/${kind}/*)
        install(PROGRAMS ${scripts} DESTINATION /etc/init.d COMPONENT guest)
    endif()
endforeach()

if(ONECTX_HOST)
    install(TARGETS onectx DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT host)
    install(FILES man/onectx.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT host)
    install(FILES packaging/completion/onectx DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
            COMPONENT host)
    install(PROGRAMS packaging/transfer-driver DESTINATION ${CMAKE_INSTALL_DATADIR}/onectx COMPONENT host)
endif()
