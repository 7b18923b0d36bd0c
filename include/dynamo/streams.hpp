#pragma once

/// Changes as typed values: what a stream's records and a Lambda function's events are read into.

#include <dynamo/streams/change.hpp>
#include <dynamo/streams/read.hpp>
