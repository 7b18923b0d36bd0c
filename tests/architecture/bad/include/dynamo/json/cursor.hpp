#pragma once
#include <dynamo/json/gone.hpp>  // BAD: no such header
#include <dynamo/value/number.hpp>

#include <boost/asio/post.hpp>  // BAD: only dynamo/asio.hpp, dynamo/remote/event_loop_of.hpp and dynamo/testing include Asio
