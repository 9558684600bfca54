# The compiled module of the Python package, for the Python whose headers are named (python/backend does that). Not part of `all`.
set(OI_PYTHON_HEADERS "" CACHE PATH "the folder of Python.h; empty: no Python module is built")
set(OI_PYTHON_SUFFIX ".so" CACHE STRING "the ending of that Python's modules")
if(OI_PYTHON_HEADERS)
  find_path(PYBIND11_HEADERS pybind11/pybind11.h REQUIRED)
  file(GLOB python_sources CONFIGURE_DEPENDS python/module/*.cc)
  add_library(python_core MODULE EXCLUDE_FROM_ALL ${python_sources})
  target_include_directories(python_core PRIVATE include)
  target_include_directories(python_core SYSTEM PRIVATE ${OI_PYTHON_HEADERS} ${PYBIND11_HEADERS})
  target_link_libraries(python_core PRIVATE oi_library)
  target_compile_options(python_core PRIVATE -fvisibility=hidden)
  # Nothing but its entry is seen from outside: another library of the process may have the same names.
  target_link_options(python_core PRIVATE -Wl,--gc-sections -Wl,--exclude-libs,ALL)
  set_target_properties(python_core PROPERTIES PREFIX "" OUTPUT_NAME _core SUFFIX ${OI_PYTHON_SUFFIX}
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/python)
endif()
