#include "services/registration/domain/area_figure.h"

#include "common/status/refusal.h"

namespace bangfu::registration::domain {

absl::Status CheckAreaFigure(const v1::AreaFigure& figure) {
  if (figure.kind() == v1::AreaFigure::RURAL_POPULATION && figure.amount() == 0) {
    return status::RefuseFields({{"area_figure.amount", "数值: 农村人口应大于 0"}});
  }
  return absl::OkStatus();
}

}  // namespace bangfu::registration::domain
