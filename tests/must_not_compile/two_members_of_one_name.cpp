// expects: two members of this struct are stored under the same name
#include <dynamo/table.hpp>

struct twins {
  int a = 0;
  int b = 0;
};
#ifdef BREAK
template <>
struct dynamo::attributes<twins> : dynamo::traits<dynamo::rename<&twins::a, "b">> {};
#else
template <>
struct dynamo::attributes<twins> : dynamo::traits<dynamo::rename<&twins::a, "c">> {};
#endif

void application(dynamo::encoder& out, const twins& value) { dynamo::detail::operations<twins>::write(out, &value); }
