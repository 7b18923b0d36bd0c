// expects: the intended words
#ifdef BREAK
static_assert(sizeof(int) == 0, "other words");
#endif
int main() {}
