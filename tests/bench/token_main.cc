// Signs an access token for measurements: bangfu-bench-token KEY.pem ROLE AREA [SUBJECT]
#include <iostream>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "common/auth/token.h"

int main(int argc, char** argv) {
  using namespace bangfu;
  if (argc != 4 && argc != 5) return 2;
  auto key = crypto::SigningKey::LoadPem(argv[1]);
  options::v1::Role role;
  int64_t area = 0;
  if (!key.ok() || !options::v1::Role_Parse(argv[2], &role) || !absl::SimpleAtoi(argv[3], &area)) return 2;
  auth::Caller caller;
  caller.subject = argc == 5 ? argv[4] : "bench";
  caller.session = caller.subject;
  caller.second_factor = true;
  caller.grants = {{role, {auth::RangeOf(area)}}};
  auto token = auth::TokenIssuer(*key).Issue(caller, absl::Now());
  if (!token.ok()) return 1;
  std::cout << *token << "\n";
  return 0;
}
