#pragma once
#include <engine/store.hpp>  // BAD: a public header includes the private engine/store.hpp
