// The standard headers that a file with a typed table includes anyway: how fast this machine compiles today.
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>
