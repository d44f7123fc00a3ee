#include "services/registration/domain/area_figure.h"

#include "common/standards/area_code.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

absl::Status CheckAreaFigure(const v1::AreaFigure& figure) {
  if (figure.kind() == v1::AreaFigure::RURAL_POPULATION && figure.amount() == 0) {
    return status::RefuseFields({{"area_figure.amount", "数值: 农村人口应大于 0"}});
  }
  if (figure.kind() != v1::AreaFigure::DEEP_POVERTY) return absl::OkStatus();
  if (figure.amount() > 1) {
    return status::RefuseFields({{"area_figure.amount", "数值: 深度贫困标记应为 1 (是) 或 0 (否)"}});
  }
  const int level = standards::LevelOf(standards::ParseAreaCode(figure.area()).value_or(0));
  if (level != standards::kCountyLevel && level != standards::kVillageLevel) {
    return status::RefuseFields({{"area_figure.area", "区域代码: 深度贫困标记只用于县和村"}});
  }
  return absl::OkStatus();
}

}  // namespace bangfu::registration::domain
