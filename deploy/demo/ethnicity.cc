#include "deploy/demo/ethnicity.h"

namespace bangfu::demo {
namespace {

// Permille of Mongols and of one more people; the rest are Han. The most special rule comes first.
struct Shares {
  int first_county;
  int last_county;
  int mongol;
  Ethnicity other;
  int other_share;
};
constexpr Shares kShares[] = {
    {150526, 150526, 500, Ethnicity::kManchu, 12},  // 扎鲁特旗
    {150521, 150522, 730, Ethnicity::kManchu, 25},  // 科尔沁左翼中旗, 后旗
    {150524, 150524, 600, Ethnicity::kManchu, 10},  // 库伦旗
    {150525, 150525, 360, Ethnicity::kManchu, 15},  // 奈曼旗
    {150500, 150599, 200, Ethnicity::kHui, 15},     // 通辽市
    {150421, 150423, 400, Ethnicity::kManchu, 20},  // 阿鲁科尔沁旗, 巴林左旗, 巴林右旗
    {150428, 150428, 400, Ethnicity::kManchu, 90},  // 喀喇沁旗
    {150400, 150499, 180, Ethnicity::kManchu, 40},  // 赤峰市
    {150722, 150722, 100, Ethnicity::kDaur, 110},   // 莫力达瓦达斡尔族自治旗
    {150723, 150723, 60, Ethnicity::kOroqen, 20},   // 鄂伦春自治旗
    {150724, 150724, 190, Ethnicity::kEvenki, 90},  // 鄂温克族自治旗
    {150725, 150727, 720, Ethnicity::kDaur, 15},    // 陈巴尔虎旗, 新巴尔虎左旗, 右旗
    {150700, 150799, 80, Ethnicity::kDaur, 20},     // 呼伦贝尔市
    {152222, 152222, 860, Ethnicity::kManchu, 10},  // 科尔沁右翼中旗
    {152201, 152224, 380, Ethnicity::kKorean, 10},  // 兴安盟
    {152525, 152526, 720, Ethnicity::kManchu, 5},   // 东乌珠穆沁旗, 西乌珠穆沁旗
    {152501, 152599, 310, Ethnicity::kManchu, 15},  // 锡林郭勒盟
    {152901, 152999, 280, Ethnicity::kHui, 60},     // 阿拉善盟
    {150000, 159999, 90, Ethnicity::kHui, 20},      // 内蒙古自治区
    {0, 999999, 5, Ethnicity::kHui, 8},
};

}  // namespace

Ethnicity PickEthnicity(int county, Random& random) {
  const Shares* shares = kShares;
  while (county < shares->first_county || county > shares->last_county) ++shares;
  const int draw = random.Below(1000);
  if (draw < shares->mongol) return Ethnicity::kMongol;
  return draw < shares->mongol + shares->other_share ? shares->other : Ethnicity::kHan;
}

}  // namespace bangfu::demo
