// expects: an error that does not come
int main() {}
