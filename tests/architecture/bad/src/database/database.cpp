#include <dynamo/database.hpp>

#include <dynamo/value/number.hpp>
#include <engine/store.hpp>

#include <rocksdb/db.h>
