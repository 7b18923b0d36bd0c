#pragma once

/// Functions that handle the changes of a stream, or any other event, behind the Lambda Runtime API: docs/lambda.md.

#include <dynamo/lambda/serve.hpp>
