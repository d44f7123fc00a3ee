#include "services/registration/rpc/taken_numbers.h"

#include "common/log/log.h"
#include "common/metrics/metrics.h"

namespace bangfu::registration {

void CountTakenNumbers(const std::string& method, const std::string& subject, int64_t count) {
  if (count == 0) return;
  metrics::Counter("registration_taken_numbers_told_total", "Answers that an identity number is registered already",
                   {{"method", method}})
      .Add(static_cast<double>(count));
  log::Info("taken_numbers_told", {{"method", method}, {"subject", subject}, {"count", count}});
}

}  // namespace bangfu::registration
