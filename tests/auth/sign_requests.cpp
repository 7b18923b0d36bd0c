// Reads requests from standard input, one a line of hexadecimal fields, and prints what signs each: for tests/auth/botocore_test.py.
//
//   form access-key-id secret token region service time method path query payload valid-for (name value)*
//
// `form` is "header" or "query", in clear. An empty field is a hyphen.
#include <dynamo/auth/sigv4.hpp>

#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

std::string text_of(const std::string& field) {
  std::string text;
  if (field == "-") return text;
  for (std::size_t i = 0; i + 1 < field.size(); i += 2) {
    text += static_cast<char>(std::strtol(field.substr(i, 2).c_str(), nullptr, 16));
  }
  return text;
}

}  // namespace

int main() {
  using namespace dynamo;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string form;
    words >> form;
    std::vector<std::string> fields;
    for (std::string field; words >> field;) fields.push_back(text_of(field));
    constexpr std::size_t fixed = 11;
    if (fields.size() < fixed || fields.size() % 2 == 0) return 1;
    const auth::credentials who(fields[0], fields[1], fields[2]);
    std::vector<auth::header_view> headers;
    for (std::size_t i = fixed; i < fields.size(); i += 2) headers.push_back({fields[i], fields[i + 1]});
    const std::string& time = fields[5];
    const auth::signing_key key(who, time.substr(0, 8), fields[3], fields[4]);
    const auth::signable_request request{fields[6], fields[7], fields[8], headers, fields[9]};
    if (form == "header") {
      std::cout << auth::authorization(key, request, time) << '\n';
    } else {
      const std::chrono::seconds valid_for(std::atoi(fields[10].c_str()));
      std::cout << auth::signed_query(key, request, time, valid_for, who.session_token) << '\n';
    }
  }
}
