#pragma once
#include "../storage/disk.hpp"  // BAD: a room names others by <engine/...>

#include <engine/storage/disk.hpp>  // BAD: the room rows includes engine/storage/disk.hpp, but does not use storage
#include <engine/tables/catalog.hpp>
