#pragma once
#include <dynamo/value/number.hpp>  // BAD: the room storage includes dynamo/value/number.hpp, but its MODULES do not reach value
#include <engine/store.hpp>  // BAD: the room storage includes engine/store.hpp, which stands above all rooms
