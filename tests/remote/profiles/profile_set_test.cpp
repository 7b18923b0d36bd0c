#include <remote/profiles/profile_set.hpp>

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace dynamo::aws {
namespace {

/// A section as text: "name=value;other=value", nested ones as "dynamodb={endpoint_url=...}".
std::string text_of(const profile_section& section) {
  std::string text;
  for (const auto& [name, value] : section.properties()) {
    if (!text.empty()) text += ';';
    text += name + "=" + std::string(value.text());
    if (const auto* nested = value.find_nested("endpoint_url"))
      text += "{endpoint_url=" + std::string(nested->text()) + "}";
    if (const auto* nested = value.find_nested("empty")) text += "{empty=" + std::string(nested->text()) + "}";
  }
  return text;
}

std::string text_of(const profile_sections& sections) {
  std::string text;
  for (const auto& [name, section] : sections) text += "[" + name + "]" + text_of(section);
  return text;
}

result<profile_set> parsed(std::string_view config, std::string_view credentials = {}) {
  return parse_profiles({"config", config}, {"credentials", credentials});
}

TEST(profiles, are_read_as_the_sdks_read_them) {
  const struct {
    std::string_view what, config, credentials, profiles;
  } rows[] = {
      {"nothing", "", "", ""},
      {"an empty section", "[profile foo]", "", "[foo]"},
      {"every character of a name", "[profile a-b:c/d_e%f.g@h+I9]\n[profile foo!bar]", "", "[a-b:c/d_e%f.g@h+I9]"},
      {"white space in a header", "[ \tprofile \tfoo \t]\n[profile\tbar]", "", "[bar][foo]"},
      {"a property", "[profile foo]\nname = value", "", "[foo]name=value"},
      {"CRLF", "[profile foo]\r\nname = value\r\n\r\n[profile bar]\r\n", "", "[bar][foo]name=value"},
      {"a byte order mark", "\xef\xbb\xbf[default]\nregion=x", "\xef\xbb\xbf[foo]\nregion=y",
       "[default]region=x[foo]region=y"},
      {"an equals sign in a value", "[default]\nname = val=ue", "", "[default]name=val=ue"},
      {"UTF-8 in a value", "[default]\nname = \xf0\x9f\x98\x82", "", "[default]name=\xf0\x9f\x98\x82"},
      {"white space around name and value", "[default]\nname \t=  \tvalue \t", "", "[default]name=value"},
      {"no value", "[default]\nname =\nother = x", "", "[default]name=;other=x"},
      {"blank lines", "\t \n[profile foo]\n\t\n \nname = value\n\t \n[profile bar]\n \t", "", "[bar][foo]name=value"},
      {"comments", "# 1\n; 2\n[profile foo] # 3\nname = value ; 4 # 5\nother = x\t#6\n", "", "[foo]name=value;other=x"},
      {"empty comments", ";\n[profile foo];\nname = value ;\n", "", "[foo]name=value"},
      {"comments next to a header", "[profile foo]; x\n[profile bar]# y", "", "[bar][foo]"},
      {"signs next to a value belong to it", "[default]\na = v; x\nb = v# y", "", "[default]a=v; x;b=v# y"},
      {"a value that is all comment", "[default]\na = # x\nb = y", "", "[default]a=;b=y"},
      {"continued values", "[default]\na = v\n -more \t \n\t-and # more", "", "[default]a=v\n-more\n-and # more"},
      {"an indented comment", "[default]\na = v\n  # no part of it\n  ; nor this\nb = w", "", "[default]a=v;b=w"},
      {"sections of one name", "[profile foo]\na = 1\n[profile foo]\nb = 2", "", "[foo]a=1;b=2"},
      {"the last of a property", "[profile foo]\nName = 1\nx=1\n[profile foo]\nname = 2", "", "[foo]name=2;x=1"},
      {"[profile default] first", "[profile default]\na = 1\n[default]\nb = 2\n[profile default]\nc = 3", "",
       "[default]a=1;c=3"},
      {"[profile default] last", "[default]\nb = 2\n[profile default]\na = 1", "[default]\nc = 3", "[default]a=1;c=3"},
      {"names that no SDK reads", "[profile in valid]\na = 1\n[profile x]\nin valid = 1\n  more\nb = 2", "", "[x]b=2"},
      {"quoted names", "[profile 'my work']\na = 1\n[profile \"b\"]", "['my work']\nb = 2", "[b][my work]a=1;b=2"},
      {"names with spaces in the credentials file", "", "[my work]\na = 1", "[my work]a=1"},
      {"an empty quoted name", "[profile '']\na = 1", "", ""},
      {"other characters of property names", "[default]\nA-b/c.d%e@f:g+h_0 = 1", "", "[default]a-b/c.d%e@f:g+h_0=1"},
      {"nested properties", "[default]\ns3 =\n endpoint_url = a=b \n\t \n\tEmpty =\n", "",
       "[default]s3={endpoint_url=a=b}{empty=}"},
      {"nested comments", "[default]\ns3 = # x\n # y\n endpoint_url = a # z\n", "", "[default]s3={endpoint_url=a}"},
      {"the last of a nested property", "[default]\ns3 =\n endpoint_url=a\n endpoint_url=b", "",
       "[default]s3={endpoint_url=b}"},
      {"both files", "[profile foo]\na = 1", "[foo]\nb = 2", "[foo]a=1;b=2"},
      {"credentials win", "[profile foo]\na = 1\nb = 1", "[foo]\na = 2", "[foo]a=2;b=1"},
      {"config without its prefix", "[foo]\na = 1\n[profilebar]\na = 1\n[profile]\na = 1", "", ""},
      {"credentials with a prefix", "", "[profile foo]\na = 1\n[sso-session x]\na = 1\n[ bar ]\na = 1", "[bar]a=1"},
      {"a name that looks like a prefix", "", "[sso-sessionfoo]\na = 1\n[profile]\na = 2",
       "[profile]a=2[sso-sessionfoo]a=1"},
      {"no line feed at the end", "[default]\na = 1", "[default]\nb = 2", "[default]a=1;b=2"},
  };
  for (const auto& row : rows) {
    const auto got = parsed(row.config, row.credentials);
    ASSERT_TRUE(got.has_value()) << row.what << ": " << got.error();
    EXPECT_EQ(text_of(got->profiles), row.profiles) << row.what;
  }
}

TEST(profiles, sso_sessions_and_services_are_sections_of_the_config_file) {
  const auto got = parsed(
      "[sso-session corp]\nsso_region = eu-west-1\n"
      "[services dev]\ndynamodb =\n  endpoint_url = http://localhost:8000\ns3 = \n  empty = \n"
      "[profile p]\nservices = dev\n");
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(text_of(got->profiles), "[p]services=dev");
  EXPECT_EQ(text_of(got->sso_sessions), "[corp]sso_region=eu-west-1");
  EXPECT_EQ(text_of(got->services), "[dev]dynamodb={endpoint_url=http://localhost:8000};s3={empty=}");
}

TEST(profiles, malformed_lines_are_errors_with_file_line_and_advice) {
  using namespace std::string_view_literals;
  const struct {
    std::string_view config, credentials, message;
  } rows[] = {
      {"[profile foo", "",
       "config, line 1: a section header must end with ']'; write [profile name] there, or [name] in the credentials file"},
      {"[profile foo] x", "",
       "config, line 1: a section header must end with ']'; write [profile name] there, or [name] in the credentials file"},
      {"[profile foo#bar", "",
       "config, line 1: a section header must end with ']'; write [profile name] there, or [name] in the credentials file"},
      {"\n\nname = value", "",
       "config, line 3: a property before any section; write a header such as [default] above it"},
      {"[default]\n\n= value", "", "config, line 3: no name before '='; write name = value"},
      {"", "[default]\r\nkey : value\r\n", "credentials, line 2: no '=' in a property; write name = value"},
      {"[plugins]\nkey", "", "config, line 2: no '=' in a property; write name = value"},
      {" indented", "",
       "config, line 1: an indented line before any section; write a header such as [default] in the first column"},
      {"[default]\n indented", "",
       "config, line 2: an indented line that continues no property; begin it in the first column"},
      {"[default]\na = 1\n[default]\n indented", "",
       "config, line 4: an indented line that continues no property; begin it in the first column"},
      {"[default]\ns3 =\n nested", "",
       "config, line 3: no '=' in a nested property; indent a line that says name = value"},
      {"[default]\ns3 =\n = x", "",
       "config, line 3: no name before '=' in a nested property; indent a line that says name = value"},
      {"[default]\na = x\0y"sv, "", "config, line 2: a control character; retype the line"},
      {"[default]\ra = x\r\n", "", "config, line 1: a control character; retype the line"},
      {"\xff\xfe[\0d\0"sv, "", "config is UTF-16 text; save it as UTF-8"},
  };
  for (const auto& row : rows) {
    const auto got = parsed(row.config, row.credentials);
    ASSERT_FALSE(got.has_value()) << row.message;
    EXPECT_EQ(got.error().code(), errc::invalid_argument);
    EXPECT_EQ(got.error().message(), row.message);
  }
}

TEST(profiles, no_message_repeats_a_line) {
  for (const std::string_view line : {"AKIAsecret", "= AKIAsecret", " AKIAsecret", "AKI secret = AKIAsecret"}) {
    const auto got = parsed("", "[default]\n" + std::string(line));
    const std::string said = got ? got->notes.at(0) : got.error().describe();
    EXPECT_EQ(said.find("secret"), said.npos) << said;
  }
}

TEST(profiles, what_is_passed_over_is_noted) {
  const auto got = parsed("[foo]\n[default]\nin valid = 1\n[profile a b]\n[profile default]", "[profile bar]");
  ASSERT_TRUE(got.has_value());
  const std::vector<std::string> expected = {
      "config, line 1: section [foo] is not read; a profile's header is [profile name]",
      "config, line 3: a property is not read, because its name has characters other than letters, digits and -_/.%@:+",
      "config, line 4: section [profile a b] is not read; put a name with spaces between quotes",
      "config, line 2: section [default] is not read, because the file has [profile default] too; keep one of them",
      "credentials, line 1: section [profile bar] is not read; a profile's header is [name] in this file",
  };
  EXPECT_EQ(got->notes, expected);

  std::string many;
  for (int i = 0; i < 100; ++i) many += "[foo]\n";
  EXPECT_EQ(parsed(many, many)->notes.size(), profile_set::notes_max);
}

TEST(profiles, values_know_where_they_stand) {
  const auto got =
      parsed("# first\n[profile p]\nregion = a\nservices = s\n\n[services s]\ndynamodb =\n  endpoint_url = http://x",
             "[p]\nregion = b");
  ASSERT_TRUE(got.has_value());
  const profile_section& p = *got->find_profile("p");
  EXPECT_EQ(got->describe(p.where()), "config, line 2");
  EXPECT_EQ(got->describe(p.find("services")->where()), "config, line 4");
  EXPECT_EQ(got->describe(p.find("region")->where()), "credentials, line 2");
  EXPECT_EQ(got->describe(got->services.at("s").find("dynamodb")->find_nested("endpoint_url")->where()),
            "config, line 8");
  EXPECT_EQ(p.value("region"), "b");
  EXPECT_EQ(p.value("output"), std::nullopt);
  EXPECT_EQ(got->find_profile("q"), nullptr);
}

TEST(profiles, a_file_that_is_missing_is_told_from_an_empty_one) {
  const auto got = parse_profiles({"c", std::nullopt}, {"d", ""});
  ASSERT_TRUE(got.has_value());
  EXPECT_FALSE(got->config_exists);
  EXPECT_TRUE(got->credentials_exist);
}

TEST(profiles, sizes_are_bounded) {
  const std::string large(shared_file_bytes_max + 1, '\n');
  const auto got = parsed(large);
  ASSERT_FALSE(got.has_value());
  EXPECT_TRUE(got.error().message().starts_with("config is larger than 1048576 bytes"));
  EXPECT_TRUE(parsed(large.substr(1)).has_value());

  std::string continued = "[default]\na = x\n";
  for (int i = 0; i < 64; ++i) continued += " y\n";
  EXPECT_TRUE(parsed(continued).has_value());
  const auto too_long = parsed(continued + " y\n");
  ASSERT_FALSE(too_long.has_value());
  EXPECT_EQ(too_long.error().message(), "config, line 67: more than 64 lines continue one property; shorten it");
}

}  // namespace
}  // namespace dynamo::aws
