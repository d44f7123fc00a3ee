#include "common/crypto/random.h"

#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace bangfu::crypto {
namespace {

std::string NextNonce() {
  std::string nonce(12, '\0');
  FillNonce(nonce.data(), nonce.size());
  return nonce;
}

TEST(RandomTest, NeverRepeats) {
  std::set<std::string> nonces;
  std::set<uint64_t> numbers;
  for (int i = 0; i < 10000; ++i) {
    EXPECT_TRUE(nonces.insert(NextNonce()).second);
    EXPECT_TRUE(numbers.insert(RandomUint64()).second);
  }
  EXPECT_NE(RandomBytes(16), RandomBytes(16));
}

TEST(RandomTest, AChildProcessTakesOtherNoncesThanItsParent) {
  NextNonce();
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::string nonce = NextNonce();
    ::_exit(::write(ends[1], nonce.data(), nonce.size()) == static_cast<ssize_t>(nonce.size()) ? 0 : 1);
  }
  std::string of_child(12, '\0');
  ASSERT_EQ(::read(ends[0], of_child.data(), of_child.size()), static_cast<ssize_t>(of_child.size()));
  EXPECT_NE(NextNonce(), of_child);
  int status = 1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace bangfu::crypto
