// host PLUGIN: opens and closes it twice. It stays in memory in between, since threads run in it.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <dlfcn.h>

int main(int, char** arguments) {
  std::string folder = (std::filesystem::temp_directory_path() / "dynamo_plugin_XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return 10;
  int status = 0;
  for (int i = 0; i < 2 && status == 0; ++i) {
    void* plugin = ::dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    if (plugin == nullptr) {
      std::fprintf(stderr, "%s\n", ::dlerror());
      return 11;
    }
    const auto keep_a_note = reinterpret_cast<int (*)(const char*)>(::dlsym(plugin, "keep_a_note"));
    status = keep_a_note(folder.c_str());
    ::dlclose(plugin);
  }
  std::filesystem::remove_all(folder);
  return status;
}
