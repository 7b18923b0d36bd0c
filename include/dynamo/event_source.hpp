#pragma once

/// What brings a table's changes to a function as AWS Lambda does: run() reads the stream, function_host runs the program.
#include <dynamo/event_source/failure.hpp>
#include <dynamo/event_source/function_host.hpp>
#include <dynamo/event_source/run.hpp>
