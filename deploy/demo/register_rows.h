// The rows of the four register files that one household becomes: cells of text under the national column names.
#ifndef BANGFU_DEPLOY_DEMO_REGISTER_ROWS_H_
#define BANGFU_DEPLOY_DEMO_REGISTER_ROWS_H_

#include <array>
#include <string>

#include "absl/strings/string_view.h"
#include "deploy/demo/household.h"

namespace bangfu::demo {

// Columns, in the order of the file. The enumerators are the national names.
namespace ac01 {
enum Column {
  AAC001,
  AAR008,
  AAC029,
  AAC005,
  AAC006,
  AAC007,
  AAC008,
  AAC011,
  AAR010,
  AAC016,
  AAR012,
  AAQ002,
  AAC004,
  AAC012,
  AAC017,
  kColumns
};
inline constexpr std::array<absl::string_view, kColumns> kHeader = {"AAC001", "AAR008", "AAC029", "AAC005", "AAC006",
                                                                    "AAC007", "AAC008", "AAC011", "AAR010", "AAC016",
                                                                    "AAR012", "AAQ002", "AAC004", "AAC012", "AAC017"};
}  // namespace ac01

namespace ab01 {
enum Column {
  AAB001,
  AAC001,
  AAB002,
  AAB003,
  AAB018,
  AAB004,
  AAB005,
  AAB006,
  AAB007,
  AAB008,
  AAB009,
  AAB017,
  AAB010,
  AAB011,
  AAB012,
  AAB013,
  AAB014,
  AAB022,
  AAB030,
  AAB019,
  AAB031,
  AAK033,
  kColumns
};
inline constexpr std::array<absl::string_view, kColumns> kHeader = {
    "AAB001", "AAC001", "AAB002", "AAB003", "AAB018", "AAB004", "AAB005", "AAB006", "AAB007", "AAB008", "AAB009",
    "AAB017", "AAB010", "AAB011", "AAB012", "AAB013", "AAB014", "AAB022", "AAB030", "AAB019", "AAB031", "AAK033"};
}  // namespace ab01

namespace ac07 {
enum Column {
  AAC001,
  AAR040,
  AAC073,
  AAC071,
  AAC072,
  AAC085,
  AAC076,
  AAC077,
  AAC086,
  AAC087,
  AAC078,
  AAC083,
  AAC074,
  AAC079,
  AAC082,
  kColumns
};
inline constexpr std::array<absl::string_view, kColumns> kHeader = {"AAC001", "AAR040", "AAC073", "AAC071", "AAC072",
                                                                    "AAC085", "AAC076", "AAC077", "AAC086", "AAC087",
                                                                    "AAC078", "AAC083", "AAC074", "AAC079", "AAC082"};
}  // namespace ac07

namespace ac30 {
enum Column {
  AAC001,
  AAR040,
  AAC301,
  AAC302,
  AAC303,
  AAC304,
  AAC305,
  AAC306,
  AAC307,
  AAC308,
  AAC311,
  AAC312,
  AAC315,
  AAC316,
  AAC317,
  AAC318,
  AAC322,
  AAC319,
  AAC320,
  kColumns
};
inline constexpr std::array<absl::string_view, kColumns> kHeader = {
    "AAC001", "AAR040", "AAC301", "AAC302", "AAC303", "AAC304", "AAC305", "AAC306", "AAC307", "AAC308",
    "AAC311", "AAC312", "AAC315", "AAC316", "AAC317", "AAC318", "AAC322", "AAC319", "AAC320"};
}  // namespace ac30

template <size_t N>
using Row = std::array<std::string, N>;

// The rows of one household. Reused from household to household, so that the cells keep their storage.
struct RegisterRows {
  Row<ac01::kColumns> household;
  std::array<Row<ab01::kColumns>, kMaxMembers> persons;
  int size = 0;
  Row<ac07::kColumns> income;
  Row<ac30::kColumns> living;
};

void FillRows(const Household& household, RegisterRows* rows);

// Replaces the cells of net income and net income per head.
void FillNet(int64_t net_fen, int members, Row<ac07::kColumns>* row);

// Replaces the cell by an amount of money or another number of hundredths.
void SetHundredths(int64_t value, std::string* cell);

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_REGISTER_ROWS_H_
