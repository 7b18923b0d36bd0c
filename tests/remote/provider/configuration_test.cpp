#include <remote/provider/configuration.hpp>

#include <gtest/gtest.h>
#include <remote/actions/process_environment.hpp>
#include <remote/secrets.hpp>
#include <remote/variables.hpp>
#include <support/scratch_folder.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>

namespace dynamo::aws {
namespace {

struct configurations : ::testing::Test {
  const testing_support::scratch_folder home;
  variables env{{"HOME", home / ""}};

  configurations() { std::filesystem::create_directory(home / ".aws"); }
  void write(const std::string& name, std::string_view text) const { std::ofstream(home / name) << text; }
  result<configuration> load(const explicit_settings& of_program = {}) const {
    return load_configuration(of_program, {}, with(env));
  }
  /// Which source decides; or the error.
  std::string who(const explicit_settings& of_program = {}) const {
    const auto loaded = load(of_program);
    if (!loaded) return error_text(loaded);
    return loaded->plan.source ? without_secret(describe(*loaded->plan.source)) : error_text(loaded->plan.source);
  }
};

TEST_F(configurations, of_both_files_and_the_environment) {
  write(".aws/config", "[profile dev]\nregion = eu-west-2\n[nonsense here]\n");
  write(".aws/credentials", "[dev]\naws_access_key_id = AK\naws_secret_access_key = " + secret_named("k") + "\n");
  env["AWS_PROFILE"] = "dev";
  const auto loaded = load();
  ASSERT_TRUE(loaded) << loaded.error().message();
  EXPECT_EQ(loaded->applied.region->value, "eu-west-2");
  EXPECT_EQ(loaded->applied.region->from.text, "profile dev (" + (home / "/.aws/config") + ", line 2)");
  EXPECT_EQ(loaded->notes.size(), 1u);
  EXPECT_EQ(who(), "keys with the id AK");
  explicit_settings of_program;
  of_program.region = "us-west-1";
  EXPECT_EQ(load(of_program)->applied.region->value, "us-west-1");
}

TEST_F(configurations, without_any_file_say_where_they_looked) {
  env["AWS_EC2_METADATA_DISABLED"] = "true";
  const std::string text = who();
  EXPECT_NE(text.find("unavailable: No credentials for AWS are configured"), std::string::npos) << text;
  EXPECT_NE(text.find(home / "/.aws/credentials"), std::string::npos) << text;
  EXPECT_NE(text.find("dynamo::database::open"), std::string::npos) << text;
}

TEST_F(configurations, files_that_are_none_neither_hang_nor_eat_memory) {
  const struct {
    std::string path;
    std::string says;
  } rows[] = {
      {home / ".aws", "it is a directory, not a file"},
      {home / "pipe", "it is a pipe, not a file"},
      {"/dev/zero", "it is a device or a socket, not a file"},
      {home / "long", "it is longer than 1048576 bytes"},
  };
  ASSERT_EQ(::mkfifo((home / "pipe").c_str(), 0600), 0);
  write("long", std::string(shared_file_bytes_max + 1, '#'));
  for (const auto& row : rows) {
    for (const char* name : {"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"}) {
      env = {{"HOME", home / ""}, {name, row.path}};
      EXPECT_EQ(who(), "invalid_argument: " + row.path + ": " + row.says);
    }
  }
  env = {{"AWS_CONFIG_FILE", "/dev/null"}, {"AWS_SHARED_CREDENTIALS_FILE", "/dev/null"}};
  EXPECT_TRUE(load());
}

TEST_F(configurations, keys_with_blanks_are_refused_with_file_and_line) {
  const auto credentials = [&](const std::string& key) {
    write(".aws/credentials", "[default]\naws_access_key_id = AK\naws_secret_access_key = " + key + "\n");
    return who();
  };
  const std::string place = "invalid_argument: " + (home / "/.aws/credentials") + ", line 3: aws_secret_access_key: ";
  EXPECT_TRUE(credentials(secret_named("a") + " b").starts_with(place)) << who();
  EXPECT_TRUE(credentials(secret_named("a") + "\n  continued").starts_with(place)) << who();
  EXPECT_TRUE(credentials(secret_named("a") + "\x01").starts_with(place)) << who();
  EXPECT_EQ(credentials(secret_named("a")), "keys with the id AK");
  env["AWS_ACCESS_KEY_ID"] = "B";
  env["AWS_SECRET_ACCESS_KEY"] = secret_named("a") + "\n";
  EXPECT_TRUE(who().starts_with("invalid_argument: AWS_SECRET_ACCESS_KEY: the value has white space")) << who();
}

TEST_F(configurations, malformed_files_name_the_line) {
  write(".aws/config", "[profile dev]\nregion = eu-west-2\n" + secret_named("x") + "\n");
  const std::string text = who();
  EXPECT_TRUE(text.starts_with("invalid_argument: " + (home / "/.aws/config") + ", line 3: ")) << text;
}

TEST(process_environment, is_this_process_s) {
  ::setenv("DYNAMO_TEST_VARIABLE", "here", 1);  // NOLINT(concurrency-mt-unsafe)
  const environment env = process_environment();
  EXPECT_EQ(env("DYNAMO_TEST_VARIABLE"), "here");
  ::unsetenv("DYNAMO_TEST_VARIABLE");  // NOLINT(concurrency-mt-unsafe)
  EXPECT_EQ(env("DYNAMO_TEST_VARIABLE"), std::nullopt);
}

}  // namespace
}  // namespace dynamo::aws
