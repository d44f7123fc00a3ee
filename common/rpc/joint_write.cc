#include "common/rpc/joint_write.h"

namespace bangfu::rpc::internal {
namespace {

constexpr db::Statement kWaitShortly = {"joint_write.wait_shortly", "SELECT set_config('lock_timeout', '200', true)"};

}  // namespace

void WaitShortlyForLocks(db::Tx& tx) { tx.Run(kWaitShortly); }

}  // namespace bangfu::rpc::internal
