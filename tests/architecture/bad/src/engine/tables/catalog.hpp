#pragma once
#include <engine/storage/disk.hpp>
