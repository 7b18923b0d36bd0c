// expects: static assertion failed
// expects: the (right|intended) words
#ifdef BREAK
static_assert(sizeof(int) == 0, "the right words");
#endif
int main() {}
