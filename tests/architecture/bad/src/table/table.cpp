#include <dynamo/asio.hpp>  // BAD: its USES do not reach protocol
#include <dynamo/json/cursor.hpp>
#include <engine/store.hpp>  // BAD: which is private to engine

#include <json/scan.hpp>  // BAD: which is private to json
