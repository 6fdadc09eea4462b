# What `cmake --install` leaves: the library, its headers, and how pkg-config and CMake find them.

install(TARGETS tlsock EXPORT tlsockTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT development)
file(GLOB headers CONFIGURE_DEPENDS include/tlsock/*.h)
install(FILES ${headers} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tlsock COMPONENT development)

configure_file(packaging/tlsock.pc.in tlsock.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/tlsock.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)

set(config ${CMAKE_INSTALL_LIBDIR}/cmake/tlsock)
configure_package_config_file(packaging/tlsockConfig.cmake.in tlsockConfig.cmake INSTALL_DESTINATION ${config})
write_basic_package_version_file(tlsockConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/tlsockConfig.cmake ${PROJECT_BINARY_DIR}/tlsockConfigVersion.cmake
  DESTINATION ${config} COMPONENT development)
install(EXPORT tlsockTargets NAMESPACE tlsock:: DESTINATION ${config} COMPONENT development)
