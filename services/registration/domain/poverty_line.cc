#include "services/registration/domain/poverty_line.h"

namespace bangfu::registration::domain {

std::vector<status::FieldError> CheckPovertyLine(const v1::PovertyLine& line) {
  if (line.least_fen() == 0 && line.most_fen() == 0) return {};
  if (line.least_fen() == 0 || line.least_fen() >= line.most_fen()) {
    return {{"least_fen", "来源区间: 上下限应同时填写, 且下限小于上限"}};
  }
  if (line.line_fen() < line.least_fen() || line.line_fen() > line.most_fen()) {
    return {{"line_fen", "标准线: 应在来源区间之内"}};
  }
  return {};
}

}  // namespace bangfu::registration::domain
