# For the mutants: replace(<old> <new>) in a copy of SOURCE, which save() writes to RESULT. The old text must stand there exactly
# once: a mutant that no longer fits its source is an error, never a test that passes without testing.
cmake_minimum_required(VERSION 3.25)

# Semicolons and brackets mean something to CMake's lists, so the text stays one quoted string throughout.
file(READ "${SOURCE}" text)

function(replace old new)
  string(FIND "${text}" "${old}" first)
  string(FIND "${text}" "${old}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "${SOURCE} does not hold this text exactly once:\n${old}")
  endif()
  string(REPLACE "${old}" "${new}" text "${text}")
  set(text "${text}" PARENT_SCOPE)
endfunction()

function(save)
  file(WRITE "${RESULT}" "${text}")
endfunction()
