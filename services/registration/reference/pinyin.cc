#include "services/registration/reference/pinyin.h"

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "unicode/translit.h"
#include "unicode/unistr.h"

namespace bangfu::registration {
namespace {

constexpr size_t kMostReadings = 16;

// Characters that names of places and persons read in several ways, or in another way than running text. The reading
// that is usual in names comes first; what is not here is read as ICU reads it.
const std::map<UChar32, std::string>& ReadingsOfNames() {
  static const auto* const readings = new std::map<UChar32, std::string>{
      {U'单', "sd"}, {U'区', "qo"}, {U'解', "jx"}, {U'长', "cz"}, {U'重', "cz"}, {U'厦', "xs"}, {U'乐', "ly"},
      {U'莘', "xs"}, {U'圩', "xw"}, {U'堡', "bp"}, {U'藏', "zc"}, {U'都', "d"},  {U'曾', "zc"}, {U'查', "zc"},
      {U'仇', "qc"}, {U'朴', "pb"}, {U'盛', "sc"}, {U'尉', "wy"}, {U'蔚', "wy"}, {U'番', "fp"}, {U'六', "l"},
      {U'洞', "dt"}, {U'涌', "yc"}, {U'莞', "gw"}, {U'铅', "qy"}, {U'召', "zs"}, {U'浚', "xj"}, {U'行', "hx"},
      {U'陂', "bp"}, {U'枞', "zc"}, {U'埔', "pb"}, {U'车', "cj"}, {U'燕', "y"},  {U'华', "h"},  {U'任', "r"},
      {U'纪', "j"},  {U'宁', "n"},  {U'盖', "g"},  {U'缪', "m"},  {U'覃', "qt"}, {U'冼', "x"},  {U'洗', "x"},
      {U'秘', "mb"}, {U'繁', "fp"}, {U'员', "y"},  {U'种', "cz"}, {U'折', "sz"}, {U'黑', "h"},  {U'令', "l"},
      {U'万', "wm"}, {U'大', "d"},  {U'石', "sd"}, {U'台', "t"},  {U'阿', "ae"}, {U'会', "hk"}, {U'什', "s"},
      {U'喀', "k"},  {U'塔', "t"},  {U'拉', "l"},  {U'嘎', "g"},  {U'泊', "bp"}, {U'济', "j"},  {U'亳', "b"},
      {U'歙', "sx"}, {U'珲', "h"},  {U'荥', "xy"}, {U'郫', "p"},  {U'筠', "jy"}, {U'犍', "q"},  {U'町', "dt"},
      {U'弄', "nl"}, {U'巷', "xh"}, {U'峒', "dt"}, {U'沓', "td"}, {U'栎', "ly"}, {U'隆', "l"},  {U'岜', "b"},
  };
  return *readings;
}

// One transliterator for all threads: it is not thread-safe, and areas change rarely.
std::string ReadingByIcu(UChar32 character) {
  static std::mutex mutex;
  static const auto* const latin = [] {
    UErrorCode code = U_ZERO_ERROR;
    return icu::Transliterator::createInstance("Han-Latin; Latin-ASCII", UTRANS_FORWARD, code);
  }();
  if (latin == nullptr) return "";
  icu::UnicodeString text(character);
  std::lock_guard lock(mutex);
  latin->transliterate(text);
  std::string ascii;
  text.toUTF8String(ascii);
  return ascii;
}

// The initials that a character may stand for; empty if it is none.
std::string InitialsOf(UChar32 character) {
  auto found = ReadingsOfNames().find(character);
  if (found != ReadingsOfNames().end()) return found->second;
  const std::string reading = ReadingByIcu(character);
  if (reading.empty() || !absl::ascii_isalnum(reading[0])) return "";
  return std::string(1, absl::ascii_tolower(reading[0]));
}

}  // namespace

std::string PinyinInitials(absl::string_view name) {
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), name.size()));
  std::vector<std::string> readings = {""};
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const std::string initials = InitialsOf(text.char32At(i));
    if (initials.empty()) continue;
    const size_t taken = readings.size() * initials.size() <= kMostReadings ? initials.size() : 1;
    std::vector<std::string> longer;
    for (size_t k = 0; k < taken; ++k) {
      for (const std::string& reading : readings) longer.push_back(reading + initials[k]);
    }
    readings = std::move(longer);
  }
  return absl::StrJoin(readings, " ");
}

}  // namespace bangfu::registration
