#pragma once
#include "digits.hpp"  // BAD: names others by

#include <dynamo/json/cursor.hpp>  // BAD: its USES do not reach json

#include <rocksdb/db.h>  // BAD: belongs into a .cpp file
