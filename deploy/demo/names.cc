#include "deploy/demo/names.h"

#include <algorithm>
#include <cstddef>

namespace bangfu::demo {
namespace {

using View = absl::string_view;

// Most frequent first.
constexpr View kHanFamilies[] = {"王", "李", "张", "刘", "陈", "杨", "赵", "孙", "周", "吴", "徐", "于", "高", "马",
                                 "郭", "宋", "林", "何", "韩", "郑", "梁", "谢", "许", "冯", "邓", "曹", "彭", "田",
                                 "董", "潘", "袁", "蔡", "蒋", "余", "杜", "叶", "程", "魏", "苏", "吕", "丁", "任",
                                 "卢", "姚", "崔", "钟", "谭", "陆", "范", "金", "石", "邹", "侯", "孟", "薛", "阎"};
constexpr View kMongolFamilies[] = {"包", "白", "陈", "韩", "吴", "何", "梁", "高", "席", "佟", "康", "云"};

constexpr View kMenOld[] = {"国", "建", "军", "志", "永", "宝", "海", "文", "福", "贵", "春", "明", "东", "树", "学",
                            "德", "玉", "成", "金", "生", "有", "万", "长", "景", "庆", "喜", "山", "林", "清", "富"};
constexpr View kWomenOld[] = {"桂", "秀", "玉", "淑", "凤", "兰", "英", "梅", "霞", "艳", "丽", "红", "芳", "荣", "云",
                              "珍", "琴", "华", "芝", "香", "莲", "敏", "静", "娟", "萍", "燕", "杰", "清", "素", "翠"};
constexpr View kMenYoung[] = {"宇", "浩", "轩", "梓", "俊", "泽", "子", "博", "鑫", "天", "佳", "嘉", "晨", "旭", "阳",
                              "鹏", "航", "辰", "瑞", "凯", "龙", "家", "豪", "然", "思", "哲", "智", "睿", "明", "翔"};
constexpr View kWomenYoung[] = {"欣", "怡", "涵", "雨", "诗", "佳", "梦", "雪", "子", "琪",
                                "思", "婷", "萱", "可", "慧", "颖", "馨", "瑶", "语", "彤",
                                "晴", "悦", "妍", "嘉", "钰", "静", "文", "月", "晓", "琳"};

constexpr View kMongolMenFirst[] = {"巴图",   "宝音",     "乌力吉", "呼和",    "额尔敦",   "苏德",   "朝鲁",
                                    "满都拉", "敖特根",   "那顺",   "白音",    "孟和",     "特木尔", "哈斯",
                                    "阿拉坦", "吉日嘎拉", "青格勒", "达木林",  "斯日古楞", "布和",   "色音",
                                    "格日勒", "萨仁",     "道尔吉", "呼格吉勒"};
constexpr View kMongolMenSecond[] = {"巴雅尔", "巴特尔", "仓",   "宝力高", "达来",     "毕力格", "图",
                                     "朝克图", "白乙拉", "吉雅", "巴根",   "额尔德尼", "布和",   "敖其尔"};
constexpr View kMongolWomenFirst[] = {"萨仁", "乌云", "娜仁",   "斯琴",   "阿拉坦", "哈斯", "乌日",
                                      "金",   "银",   "苏布德", "红格尔", "敖登",   "乌仁", "塔娜"};
constexpr View kMongolWomenSecond[] = {"其木格", "高娃", "图雅", "花", "塔娜", "格日勒", "通拉嘎", "托娅", "苏布德"};

template <size_t N>
View Pick(const View (&list)[N], Random& random) {
  return list[random.Below(static_cast<int>(N))];
}

// The smaller of two draws: the first entries are the most frequent, the last are rare.
template <size_t N>
View PickEarly(const View (&list)[N], Random& random) {
  const int a = random.Below(static_cast<int>(N));
  return list[std::min(a, random.Below(static_cast<int>(N)))];
}

void Append(View part, std::string* name) { name->append(part.data(), part.size()); }

template <size_t N>
void AppendHanGiven(const View (&list)[N], Random& random, std::string* name) {
  const View first = Pick(list, random);
  Append(first, name);
  if (random.Permille(180)) return;
  const View second = Pick(list, random);
  if (second != first) Append(second, name);
}

// With a family name one word often suffices; without one, most names have two.
template <size_t N, size_t M>
void AppendMongolGiven(bool has_family, const View (&first)[N], const View (&second)[M], Random& random,
                       std::string* name) {
  const View word = Pick(first, random);
  Append(word, name);
  if (word.size() > 3 && random.Permille(has_family ? 500 : 250)) return;
  const View other = Pick(second, random);
  if (other != word) Append(other, name);
}

}  // namespace

absl::string_view PickFamilyName(Ethnicity ethnicity, Random& random) {
  if (ethnicity != Ethnicity::kMongol) return PickEarly(kHanFamilies, random);
  return random.Permille(450) ? PickEarly(kMongolFamilies, random) : View();
}

void MakeName(absl::string_view family, Ethnicity ethnicity, Sex sex, int age, Random& random, std::string* name) {
  constexpr int kYoung = 28;
  name->assign(family.data(), family.size());
  const bool man = sex == Sex::kMale;
  if (ethnicity == Ethnicity::kMongol) {
    if (man) return AppendMongolGiven(!family.empty(), kMongolMenFirst, kMongolMenSecond, random, name);
    return AppendMongolGiven(!family.empty(), kMongolWomenFirst, kMongolWomenSecond, random, name);
  }
  if (age < kYoung) {
    if (man) return AppendHanGiven(kMenYoung, random, name);
    return AppendHanGiven(kWomenYoung, random, name);
  }
  if (man) return AppendHanGiven(kMenOld, random, name);
  return AppendHanGiven(kWomenOld, random, name);
}

}  // namespace bangfu::demo
