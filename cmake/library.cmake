# The C++ library: oi_library for what is built here, libinterpreter.so for other programs (include/interpreter/).
file(GLOB library_sources CONFIGURE_DEPENDS src/library/*.cc)
list(FILTER library_sources EXCLUDE REGEX "_test\\.cc$")
add_library(oi_library_objects OBJECT ${library_sources})
target_include_directories(oi_library_objects PUBLIC ${CMAKE_SOURCE_DIR}/include)
target_compile_options(oi_library_objects PRIVATE -fvisibility=hidden)
target_link_libraries(oi_library_objects PUBLIC oi_app)

add_library(oi_library STATIC $<TARGET_OBJECTS:oi_library_objects>)
target_include_directories(oi_library PUBLIC ${CMAKE_SOURCE_DIR}/include)
target_link_libraries(oi_library PUBLIC oi_app)

add_library(libinterpreter SHARED $<TARGET_OBJECTS:oi_library_objects>)
target_link_libraries(libinterpreter PRIVATE oi_app)
target_link_options(libinterpreter PRIVATE -Wl,--version-script=${CMAKE_SOURCE_DIR}/cmake/exports -Wl,--as-needed -Wl,-z,defs)
set_target_properties(libinterpreter PROPERTIES
  OUTPUT_NAME interpreter VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  LINK_DEPENDS ${CMAKE_SOURCE_DIR}/cmake/exports LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)

# find_package(OpenInterpreter) and pkg-config --cflags --libs open-interpreter, for the folder that it is installed into.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/OpenInterpreter)
install(TARGETS libinterpreter EXPORT OpenInterpreter
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
set_target_properties(libinterpreter PROPERTIES EXPORT_NAME interpreter)
target_compile_features(libinterpreter INTERFACE cxx_std_20)
install(EXPORT OpenInterpreter NAMESPACE OpenInterpreter:: FILE OpenInterpreterConfig.cmake DESTINATION ${package_folder})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/OpenInterpreterConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/OpenInterpreterConfigVersion.cmake DESTINATION ${package_folder})
install(DIRECTORY include/interpreter DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
string(REGEX REPLACE "[^/]+" ".." pc_up ${CMAKE_INSTALL_LIBDIR})  # from the .pc file to the prefix, wherever that is
configure_file(cmake/open-interpreter.pc.in open-interpreter.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/open-interpreter.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
