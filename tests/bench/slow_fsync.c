// Preloaded into the benchmark's own PostgreSQL: adds SLOW_FSYNC_US microseconds to each fsync, since a virtual disk that
// answers in 26 microseconds models no real one.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static void Linger(void) {
  const char* micros = getenv("SLOW_FSYNC_US");
  usleep(micros == NULL ? 1000 : (useconds_t)atoi(micros));
}

int fsync(int fd) {
  static int (*real)(int);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "fsync");
  int result = real(fd);
  Linger();
  return result;
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "fdatasync");
  int result = real(fd);
  Linger();
  return result;
}
