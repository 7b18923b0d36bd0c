#pragma once

/// What brings a table's changes to a function as AWS Lambda does: run().
#include <dynamo/event_source/failure.hpp>
#include <dynamo/event_source/run.hpp>
