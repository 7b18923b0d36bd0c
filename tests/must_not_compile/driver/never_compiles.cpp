// expects: refused
static_assert(sizeof(int) == 0, "refused with and without BREAK");
int main() {}
